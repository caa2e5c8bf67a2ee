package moira.engine.kernel;

/**
 * e^x for floats, the same bits everywhere. {@link Math#exp} may differ between machines and the vector library's EXP
 * between hot and cold code; this one is made of exactly rounded operations alone, so that a vector lane can repeat it.
 *
 * <p>x = n ln 2 + r with |r| <= ln 2 / 2, e^x = 2^n e^r, and e^r is its Taylor polynomial of degree 7, whose remainder
 * (r^8 / 8! < 6e-9) is below half a unit in the last place. n is rounded by adding and subtracting 1.5 * 2^23, which also
 * leaves it in the low bits of the sum, ready for the exponent.
 */
public final class ExpScalar {
    public static final float LOG2_E = 1.44269504f;
    /** ln 2 in two parts: the first has few enough bits that n times it is exact. */
    public static final float LN2_HIGH = 0.693359375f;

    public static final float LN2_LOW = -2.12194440e-4f;
    public static final float ROUND = 0x1.8p23f;
    /** Below it the result would be subnormal: it is 0 here. */
    public static final float LOWEST = -87.33654f;
    /**
     * Above it the result is beyond {@link Float#MAX_VALUE}: it is infinite. The last values below it have n = 128, which no
     * power of two of a float has, but r < 0 there, so that e^r is below 1 and the sum of the exponents fits.
     */
    public static final float HIGHEST = 0x1.62e42ep6f;

    public static final float C2 = 1f / 2;
    public static final float C3 = 1f / 6;
    public static final float C4 = 1f / 24;
    public static final float C5 = 1f / 120;
    public static final float C6 = 1f / 720;
    public static final float C7 = 1f / 5040;

    private ExpScalar() {}

    public static float exp(float x) {
        if (x < LOWEST) {
            return 0;
        }
        if (x > HIGHEST) {
            return Float.POSITIVE_INFINITY;
        }
        float rounded = Math.fma(x, LOG2_E, ROUND);
        float n = rounded - ROUND;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
        float p = Math.fma(r, C7, C6);
        p = Math.fma(p, r, C5);
        p = Math.fma(p, r, C4);
        p = Math.fma(p, r, C3);
        p = Math.fma(p, r, C2);
        p = Math.fma(p, r, 1f);
        p = Math.fma(p, r, 1f);
        if (Float.isNaN(x)) {
            return Float.NaN;
        }
        return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(rounded) << 23));
    }
}
