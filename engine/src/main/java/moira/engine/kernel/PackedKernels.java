package moira.engine.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Products of quantised weights in the layout of {@link Packing}. Weights and activations of a block meet as integers, whose sum
 * is exact in any order; so all sets of kernels give the same bits here too. The rest is in floats: block after block
 *
 * <pre>
 * y = fma(sum of (q - middle) a, d scale, y)
 * </pre>
 *
 * and in a K format super-block after super-block, whose sums come before their factors; the sum of minimums after that of scales:
 *
 * <pre>
 * value    = fma(sum of (q - middle) a, scale, (middle - offset) (scale * sum of a))
 * scaled   = fma(s, value, scaled)
 * minimums = fma(t, -(scale * sum of a), minimums)
 * y        = fma(m, minimums, fma(d, scaled, y))
 * </pre>
 */
public interface PackedKernels {
    /** Rows of activations that meet unpacked codes together. */
    int TILE_TOKENS = 4;

    /** {@link Int8Rows} of one row of activations: {@code code = rint(x * 127 / max |x|)}, ties to even. */
    void quantise(float[] x, int at, Int8Rows out, int row);

    /**
     * A group of rows times one row of activations.
     *
     * @param at the byte where the group starts
     * @param y {@code rows} values from {@code yAt}, overwritten; the first rows of the group
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
     * The codes of some columns of a group, and their factors.
     *
     * @param at the byte where the first super-block starts
     */
    void unpack(MemorySegment weights, long at, Unpacked to);

    /** Turns codes in floats, in place, into the weights themselves: {@code (d s) code - m t}. Their factors are spent. */
    void dequantise(Unpacked w);

    /**
     * {@link #packedProduct} for several rows of activations, a multiple of {@value #TILE_TOKENS}, and some columns of a group.
     * Shorts of a piece's columns add up within 16 bits; the floats of 8-bit codes are integers below 2^24, as exact. So these are
     * the same bits, if the columns come in order.
     *
     * @param column the first column, of {@code x}
     * @param first row of {@code x}
     * @param y {@code [tokens][64 rows]}: what the columns before have added up to
     */
    void codesProduct(Unpacked w, int column, Int8Rows x, int first, int tokens, float[] y);
}
