package moira.engine.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Products of quantised weights in the layout of {@link Packing}. Weights and activations of a block meet as integers, whose sum
 * is exact in any order; so all sets of kernels give the same bits here too. In floats, super-block after super-block, first all its
 * scales and then all its minimums:
 *
 * <pre>
 * y = fma(sum of (q - offset) a, (d s) scale, y)
 * y = fma(m t, -(scale * sum of a), y)
 * </pre>
 */
public interface PackedKernels {
    /** Rows of activations that meet unpacked codes together. */
    int TILE_TOKENS = 4;

    /** {@link Int8Rows} of one row of activations: {@code code = rint(x * 127 / max |x|)}, ties to even. */
    void quantise(float[] x, int at, Int8Rows out, int row);

    /**
     * One group of rows times one row of activations.
     *
     * @param at the byte where the group starts
     * @param y {@code rows} values from {@code yAt}, overwritten; rows up to 32
     */
    void packedProduct(
            Packing packing,
            MemorySegment weights,
            long at,
            int columns,
            Int8Rows x,
            int row,
            float[] y,
            int yAt,
            int rows);

    /**
     * The integers of a group, and their factors.
     *
     * @param codes floats, {@code [2 panels][columns][16 rows]} as {@link Kernels#product} has them, of q - offset; or shorts,
     *     {@code [columns][32 lanes]}, of q - middle ({@link Packing#middle})
     * @param scales {@code [2 panels][columns / scaleColumns][16 rows]}: d s
     * @param minimums the same of m t, where the packing has them
     */
    void unpack(
            Packing packing,
            MemorySegment weights,
            long at,
            int columns,
            MemorySegment codes,
            long codesAt,
            boolean shorts,
            float[] scales,
            float[] minimums,
            int scalesAt);

    /**
     * Turns the codes of {@link #unpack}, in place, into the weights themselves: {@code scale * code - minimum}.
     *
     * @param panels how many panels of 16 rows, one after the other
     */
    void dequantise(
            Packing packing,
            MemorySegment codes,
            long at,
            int panels,
            int columns,
            float[] scales,
            float[] minimums,
            int scalesAt);

    /**
     * {@link #packedProduct} for several rows of activations, a multiple of {@value #TILE_TOKENS}, and the rows of one or two
     * unpacked groups. Shorts of a piece's columns add up within 16 bits; the floats of 8-bit codes are integers below 2^24, as
     * exact. So these are the same bits.
     *
     * @param codes of two groups, whether or not there are rows in the second: floats for 8 bits, shorts for the others
     * @param first row of {@code x}
     * @param y {@code [tokens][rows]}, from {@code yAt}, {@code yStride} apart; overwritten
     */
    void codesProduct(
            Packing packing,
            MemorySegment codes,
            int rows,
            int columns,
            float[] scales,
            float[] minimums,
            Int8Rows x,
            int first,
            int tokens,
            float[] y,
            int yAt,
            int yStride);
}
