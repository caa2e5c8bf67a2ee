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
     * The integers of a group as floats, in two panels of 16 rows as {@link Kernels#product} has them, and their factors.
     *
     * @param codes {@code [2 panels][columns][16 rows]}: q - offset
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
            float[] scales,
            float[] minimums,
            int scalesAt);
}
