package moira.engine.kernel;

import java.lang.foreign.MemorySegment;

/**
 * A library's matrix product in bfloat16, for prompts: the processor multiplies twice as many of these numbers an instruction as
 * floats. Products and sums are in floats, so a product of n columns is off by at most
 * {@code (2 u + u^2 + n e) * sum |w x|}, with u = 2^-8 for each rounded factor and e = 2^-23 an addition.
 *
 * <p>An accelerator is shared by threads. It starts none: who calls it shares the work out.
 */
public interface Accelerator {
    /** Rows of weights that are multiplied together. */
    int ROWS = 64;

    /** Tokens are multiplied in multiples of this many; so many may be read, and are written, past the last one asked for. */
    int TOKENS = 16;

    /** Columns are a multiple of this. */
    int COLUMNS = 32;

    /** Bytes of a pair of columns, {@code [64 rows][2 columns]}. */
    long PAIR_BYTES = ROWS * 2L * Short.BYTES;

    /** Bytes of the sums of one token. */
    long SUM_BYTES = ROWS * (long) Float.BYTES;

    /** For people: the library, its version, and its instructions. */
    String name();

    /**
     * {@code sums[t][r] = sum over c of w[c][r] * x[t][c]}.
     *
     * @param x bfloat16 activations {@code [tokens][xStride]}, from byte {@code xAt}, with room for whole {@link #TOKENS}
     * @param weights bfloat16 {@code [columns / 2][64 rows][2 columns]}, from the segment's start
     * @param sums floats {@code [tokens][64 rows]}, from the segment's start, with room for whole {@link #TOKENS}
     * @param add to what is in {@code sums}, rather than overwriting it
     */
    void multiply(
            MemorySegment x,
            long xAt,
            int xStride,
            int tokens,
            MemorySegment weights,
            int columns,
            MemorySegment sums,
            boolean add);
}
