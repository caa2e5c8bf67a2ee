package moira.engine.matrix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import moira.engine.kernel.Accelerator;

/**
 * Activations in bfloat16, {@code [rows][columns]}, and what multiplies them.
 *
 * @param values with room for the rows that an accelerator reads past the last one
 */
record Bfloat16Rows(MemorySegment values, int columns, Accelerator accelerator) {
    /** Fewer tokens than this are faster in packed kernels (8 for Q8_0, 13 for Q4_K, 28 for Q4_0): weights are unpacked first. */
    static final int LEAST = 24;

    /** Columns of a piece: its weights, 128 KB, stay in the second-level cache from the unpacking to the product. */
    private static final int PIECE = 1024;

    /** Writes the weights of columns {@code [from, from + count)} of a block as an {@link Accelerator} reads them. */
    @FunctionalInterface
    interface Weights {
        void write(int from, int count, MemorySegment out);
    }

    static Bfloat16Rows of(int rows, int columns, Accelerator accelerator) {
        long bytes = ((long) rows + Accelerator.TOKENS) * columns * Short.BYTES;
        MemorySegment values = NativeMemory.allocate(Arena.ofAuto(), bytes, "activations in bfloat16");
        return new Bfloat16Rows(values, columns, accelerator);
    }

    /** The byte where a row starts. */
    long at(int row) {
        return (long) row * columns * Short.BYTES;
    }

    /**
     * One block of weights times rows {@code [first, first + count)}.
     *
     * @param rows of the block, that are written to each {@code y}
     */
    void multiply(Weights weights, Scratch scratch, int first, int count, int rows, float[] y, int yAt, int yStride) {
        MemorySegment pairs = scratch.pairs(PIECE / 2 * Accelerator.PAIR_BYTES);
        long room = (long) (count + Accelerator.TOKENS) * Accelerator.SUM_BYTES;
        MemorySegment sums = scratch.sums(room);
        for (int from = 0; from < columns; from += PIECE) {
            int piece = Math.min(PIECE, columns - from);
            weights.write(from, piece, pairs);
            accelerator.multiply(values, at(first) + 2L * from, columns, count, pairs, piece, sums, from > 0);
        }
        for (int t = 0; t < count; t++) {
            MemorySegment.copy(sums, ValueLayout.JAVA_FLOAT, t * Accelerator.SUM_BYTES, y, yAt + t * yStride, rows);
        }
    }
}
