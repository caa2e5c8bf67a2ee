package moira.engine.tensor;

/** A super-block of Q4_K or Q5_K while it is searched for: two halves, a multiple of each for every group, and the codes. */
final class AffineBlock {
    private static final int GROUPS = 8;
    private static final int GROUP = 32;
    private static final int MOST_MULTIPLE = 63;

    private final int most;

    /** The values of two halves. */
    float scale;

    float minimum;
    final int[] scales = new int[GROUPS];
    final int[] minimums = new int[GROUPS];
    final int[] codes = new int[GROUPS * GROUP];
    private final float[] errors = new float[GROUPS];
    private final int[] trial = new int[GROUP];

    AffineBlock(int most) {
        this.most = most;
    }

    void copy(AffineBlock other) {
        scale = other.scale;
        minimum = other.minimum;
        System.arraycopy(other.scales, 0, scales, 0, GROUPS);
        System.arraycopy(other.minimums, 0, minimums, 0, GROUPS);
        System.arraycopy(other.codes, 0, codes, 0, codes.length);
        System.arraycopy(other.errors, 0, errors, 0, GROUPS);
    }

    /** The sum of the squared differences. */
    float error() {
        float sum = 0;
        for (float error : errors) {
            sum += error;
        }
        return sum;
    }

    /** Gives a group the multiples that are nearest to a scale and a minimum, and the codes that follow. */
    void nearest(float[] x, int at, int group, float wantedScale, float wantedMinimum) {
        errors[group] = Float.POSITIVE_INFINITY;
        keepIfBetter(
                x,
                at,
                group,
                SharedScale.multiple(wantedScale, scale, 0, MOST_MULTIPLE),
                SharedScale.multiple(wantedMinimum, minimum, 0, MOST_MULTIPLE));
    }

    /** Tries the neighbours of a group's multiple of the scale, each with the minimum that fits its codes. */
    void improve(float[] x, int at, int group) {
        int middle = scales[group];
        for (int multiple = middle - 1; multiple <= middle + 1; multiple++) {
            if (multiple < 0 || multiple > MOST_MULTIPLE) {
                continue;
            }
            int fitting = SharedScale.multiple(bestMinimum(x, at, group, multiple), minimum, 0, MOST_MULTIPLE);
            keepIfBetter(x, at, group, multiple, fitting);
        }
    }

    /** Least squares for the minimum alone: the mean of {@code a q - x}. */
    private float bestMinimum(float[] x, int at, int group, int multiple) {
        float step = scale * multiple;
        float sum = 0;
        for (int j = 0; j < GROUP; j++) {
            int i = GROUP * group + j;
            sum += step * codes[i] - x[at + i];
        }
        return sum / GROUP;
    }

    private void keepIfBetter(float[] x, int at, int group, int ofScale, int ofMinimum) {
        float step = scale * ofScale;
        float shift = minimum * ofMinimum;
        float inverse = step == 0 ? 0 : 1 / step;
        float error = 0;
        for (int j = 0; j < GROUP; j++) {
            float value = x[at + GROUP * group + j];
            float code = Math.clamp((float) Math.rint((value + shift) * inverse), 0f, most);
            float difference = value - (step * code - shift);
            trial[j] = (int) code;
            error += difference * difference;
        }
        if (error < errors[group] || errors[group] == Float.POSITIVE_INFINITY) {
            errors[group] = error;
            scales[group] = ofScale;
            minimums[group] = ofMinimum;
            System.arraycopy(trial, 0, codes, GROUP * group, GROUP);
        }
    }

    /**
     * Fits both halves to all codes and multiples, {@code x = d (s q) - m t} (least squares), and takes the codes that follow.
     *
     * @return whether a half changed
     */
    boolean refit(float[] x, int at) {
        double uu = 0;
        double uv = 0;
        double vv = 0;
        double ux = 0;
        double vx = 0;
        for (int i = 0; i < codes.length; i++) {
            double u = (double) scales[i / GROUP] * codes[i];
            double v = -minimums[i / GROUP];
            uu += u * u;
            uv += u * v;
            vv += v * v;
            ux += u * x[at + i];
            vx += v * x[at + i];
        }
        double determinant = uu * vv - uv * uv;
        if (!(determinant > 0)) {
            return false;
        }
        float fittedScale = SharedScale.half((float) ((ux * vv - vx * uv) / determinant));
        float fittedMinimum = SharedScale.half((float) ((vx * uu - ux * uv) / determinant));
        if (fittedScale == scale && fittedMinimum == minimum) {
            return false;
        }
        scale = fittedScale;
        minimum = fittedMinimum;
        for (int group = 0; group < GROUPS; group++) {
            errors[group] = Float.POSITIVE_INFINITY;
            keepIfBetter(x, at, group, scales[group], minimums[group]);
        }
        return true;
    }
}
