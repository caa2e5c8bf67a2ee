package moira.engine.kernel;

import java.lang.foreign.MemorySegment;

/**
 * What a decoder computes with. All sets of kernels give the same bits, on any vector width, hot or cold:
 *
 * <ul>
 *   <li>a product sums over its columns in order, one fused multiply-add a column, starting at +0;
 *   <li>a sum over an array is kept in {@link #LANES} partial sums, element i in sum i mod 16, added up at the end as a tree
 *       (8 apart, 4 apart, 2 apart, 1 apart);
 *   <li>everything else is element by element, from exactly rounded operations; exp is {@link ExpScalar}'s polynomial.
 * </ul>
 */
public interface Kernels extends PackedKernels, Bfloat16Kernels {
    /** Rows of a panel, and partial sums of a reduction. */
    int LANES = 16;

    /** Bytes of one column of a panel. */
    long COLUMN_BYTES = LANES * Float.BYTES;

    /** Said at start: which set it is, and how wide. */
    String name();

    /**
     * {@code y[t][r] = sum over c of W[r][c] * x[t][c]}, for some panels of a matrix, {@code [panel][column][16 rows]}.
     *
     * @param panels native memory
     * @param at the byte where the first panel starts; panels follow each other
     * @param panelBytes the distance between two panels, at least {@code columns * COLUMN_BYTES}
     * @param rows how many rows to write, from the first panel's first; the last panel may be used in part
     * @param x {@code [tokens][columns]}, from {@code xAt}, {@code xStride} apart
     * @param y {@code [tokens][rows]}, from {@code yAt}, {@code yStride} apart; overwritten
     */
    void product(
            MemorySegment panels,
            long at,
            long panelBytes,
            int rows,
            int columns,
            float[] x,
            int xAt,
            int xStride,
            int tokens,
            float[] y,
            int yAt,
            int yStride);

    /**
     * {@link #product} of panels in halves, which are widened on their way as {@link #widen} does it: the same bits.
     *
     * @param panels as above, with halves in the place of floats; rows below the last one are there, of whatever value
     */
    void productOfHalves(
            MemorySegment panels,
            long at,
            long panelBytes,
            int rows,
            int columns,
            float[] x,
            int xAt,
            int xStride,
            int tokens,
            float[] y,
            int yAt,
            int yStride);

    /** {@code out = x / sqrt(mean(x^2) + epsilon) * weight} (RMSNorm, arXiv 1910.07467, eq. 4), over n values. */
    void rmsNorm(float[] x, int at, float[] weight, float epsilon, float[] out, int outAt, int n);

    /** {@code x = softmax(scale * x)}, in place, over n values. */
    default void softmax(float[] x, int at, int n, float scale) {
        float sum = exponentials(x, at, n, max(x, at, n), scale);
        scale(x, at, 1 / sum, n);
    }

    /** The largest of n values; NaN if one is. */
    float max(float[] x, int at, int n);

    /** {@code x = exp((x - max) * scale)}, in place, over n values; returns their sum. */
    float exponentials(float[] x, int at, int n, float max, float scale);

    /** {@code x = x * factor}, in place, over n values. */
    void scale(float[] x, int at, float factor, int n);

    /**
     * Halves to floats, exactly but for NaN, which becomes infinite.
     *
     * @param halves native memory; from byte {@code at} on
     * @param floats native memory; from byte {@code to} on
     * @param n a multiple of {@link #LANES}
     */
    void widen(MemorySegment halves, long at, MemorySegment floats, long to, int n);

    /** {@code gate = silu(gate) * up}, in place, over n values: the inside of SwiGLU (arXiv 2002.05202, eq. 5). */
    void swiGlu(float[] gate, int gateAt, float[] up, int upAt, int n);

    /**
     * {@code gate = g * sigmoid(alpha * g) * (u + 1)}, in place, over n values, with {@code g = min(gate, limit)} and u between
     * {@code -limit} and {@code limit}: the inside of gpt-oss's experts (arXiv 2508.10925).
     */
    void clampedSwiGlu(float[] gate, int gateAt, float[] up, int upAt, int n, float alpha, float limit);

    /** {@code y += factor * x}, over n values, one fused multiply-add each. */
    void addScaled(float[] y, int yAt, float factor, float[] x, int xAt, int n);

    /**
     * Reads memory and does next to nothing with it, to measure how fast that is.
     *
     * @param bytes a multiple of {@link #COLUMN_BYTES}, as {@code at} is
     * @return the exclusive or of all ints
     */
    int read(MemorySegment memory, long at, long bytes);
}
