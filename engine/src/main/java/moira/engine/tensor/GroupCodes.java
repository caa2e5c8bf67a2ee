package moira.engine.tensor;

/** The nearest codes of a group of up to 32 values, and the sums over them that a fit by least squares needs. */
final class GroupCodes {
    /** A float of this size has no bits after the point, so adding and subtracting it rounds to the nearest whole number. */
    private static final float WHOLE = 1.5f * (1 << 23);

    final float[] codes = new float[32];

    float sum;
    float squares;

    /** Of values and codes. */
    float products;

    /** Codes of {@code (x + shift) * inverse}, from {@code least} to {@code most}; {@code count} is even. */
    void fit(float[] x, int at, int count, float shift, float inverse, float least, float most) {
        round(x, at, count, shift, inverse, least, most);
        sums(x, at, count);
    }

    /** By itself, so that the compiler makes vectors of it. */
    private void round(float[] x, int at, int count, float shift, float inverse, float least, float most) {
        float[] q = codes;
        for (int i = 0; i < count; i++) {
            float within = Math.max(least, Math.min(most, (x[at + i] + shift) * inverse));
            q[i] = (within + WHOLE) - WHOLE;
        }
    }

    /** Two of each, since one sum would wait for itself. */
    private void sums(float[] x, int at, int count) {
        float sum0 = 0;
        float sum1 = 0;
        float squares0 = 0;
        float squares1 = 0;
        float products0 = 0;
        float products1 = 0;
        for (int i = 0; i < count; i += 2) {
            float q0 = codes[i];
            float q1 = codes[i + 1];
            sum0 += q0;
            sum1 += q1;
            squares0 += q0 * q0;
            squares1 += q1 * q1;
            products0 += x[at + i] * q0;
            products1 += x[at + i + 1] * q1;
        }
        sum = sum0 + sum1;
        squares = squares0 + squares1;
        products = products0 + products1;
    }
}
