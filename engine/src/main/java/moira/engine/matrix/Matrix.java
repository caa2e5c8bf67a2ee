package moira.engine.matrix;

import java.lang.foreign.MemorySegment;
import moira.engine.kernel.Kernels;

/**
 * A weight matrix {@code [rows, columns]} in panels of 16 rows: {@code [panel][column][16 rows]}, F32, the rows of the last
 * panel filled up with zeros. So the lanes of a vector are output rows, and no product needs a sum across lanes.
 *
 * <p>Where the panels come from is the implementation's affair; their values, and so every product, are the same bits.
 */
public interface Matrix {
    /** Rows that one task multiplies: enough to keep four vectors busy, few enough to share out among threads. */
    int BLOCK_ROWS = 4 * Kernels.LANES;

    int rows();

    int columns();

    /**
     * Native memory that holds the panels of a block.
     *
     * @param block from 0: rows {@code [block * BLOCK_ROWS, ...)}
     * @param scratch the calling worker's; what is returned may lie in it until its next use
     */
    MemorySegment panels(int block, Scratch scratch);

    /** The byte of {@link #panels} where the block's first panel starts. */
    long offset(int block);

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

    /**
     * The rows of one block times some tokens: {@code y[t][block * BLOCK_ROWS + r]}, see {@link Kernels#product}.
     *
     * @param x {@code [tokens][columns]}, rows {@code xStride} apart
     * @param y {@code [tokens][rows]}, rows {@code yStride} apart
     */
    default void multiply(
            Kernels kernels,
            int block,
            Scratch scratch,
            float[] x,
            int xAt,
            int xStride,
            int tokens,
            float[] y,
            int yAt,
            int yStride) {
        kernels.product(
                panels(block, scratch),
                offset(block),
                panelBytes(),
                rowsOf(block),
                columns(),
                x,
                xAt,
                xStride,
                tokens,
                y,
                yAt + block * BLOCK_ROWS,
                yStride);
    }
}
