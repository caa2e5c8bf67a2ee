package moira.engine.matrix;

import moira.engine.kernel.Kernels;

/**
 * A weight matrix {@code [rows, columns]}, shared out among threads in blocks of rows. Where its values are and how they lie is the
 * implementation's affair; times floats, their products are the same bits.
 */
public interface Matrix {
    /** Rows that one task multiplies: enough to keep four vectors busy, few enough to share out among threads. */
    int BLOCK_ROWS = 4 * Kernels.LANES;

    int rows();

    int columns();

    default long panelBytes() {
        return columns() * Kernels.COLUMN_BYTES;
    }

    default int blocks() {
        return (rows() + BLOCK_ROWS - 1) / BLOCK_ROWS;
    }

    /** Rows of a block: {@link #BLOCK_ROWS}, or fewer in the last one. */
    default int rowsOf(int block) {
        return Math.min(BLOCK_ROWS, rows() - block * BLOCK_ROWS);
    }

    /** Whether the weights lie in memory as the floats that are multiplied, and nothing is to be unpacked. */
    default boolean areFloats() {
        return false;
    }

    /** Bytes that are read, where the weights lie, to multiply one token. */
    long bytes();

    /**
     * The rows of one block times some tokens.
     *
     * @param block from 0: rows {@code [block * BLOCK_ROWS, ...)}
     * @param scratch the calling worker's
     * @param x of which rows {@code [first, first + count)} are multiplied
     * @param y {@code [count][rows]}, from {@code yAt}, {@code yStride} apart; the block's rows are overwritten
     */
    void multiply(
            Kernels kernels, int block, Scratch scratch, Rows x, int first, int count, float[] y, int yAt, int yStride);
}
