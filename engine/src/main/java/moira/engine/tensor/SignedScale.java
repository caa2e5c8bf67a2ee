package moira.engine.tensor;

/**
 * The scale {@code a} of a group of values and their codes {@code q} from {@code -most - 1} to {@code most}, so that
 * {@code sum (x - a q)^2} is small. For given codes the best scale is a quotient (least squares), {@code sum x q / sum q^2}, and for
 * a given scale the best codes are the nearest; so from several first scales the two are improved in turns, and the best end is
 * kept. Overwritten group by group.
 */
final class SignedScale {
    /** First scales beside the whole ones: the peak a little inside or outside of the codes. */
    private static final float[] STRETCHES = {-0.75f, -0.5f, -0.25f, 0.25f, 0.5f, 0.75f, 1f, 1.5f};

    private static final int ROUNDS = 4;

    private final int most;
    private final int fewest;

    private final GroupCodes codes = new GroupCodes();
    private float gain;
    private float candidate;

    /** The best scale, not rounded to any format. */
    float scale;

    /** {@code sum q^2} of its codes: what an error of the scale costs, over its square. */
    float curvature;

    /** @param fewest the least code that the peak is tried at; 1 finds every group that has exact codes */
    SignedScale(int most, int fewest) {
        this.most = most;
        this.fewest = fewest;
    }

    /** Finds the scale of {@code count} values. */
    void search(float[] x, int at, int count) {
        float peak = peak(x, at, count);
        scale = 0;
        curvature = 0;
        gain = 0;
        if (peak == 0) {
            return;
        }
        for (int code = most; code >= fewest; code--) {
            improve(x, at, count, peak / code);
            improve(x, at, count, peak / -code);
        }
        improve(x, at, count, peak / -(most + 1));
        for (float stretch : STRETCHES) {
            improve(x, at, count, peak / -(most + 1 + stretch));
        }
    }

    /** The value of the largest magnitude, with its sign. */
    static float peak(float[] x, int at, int count) {
        float peak = 0;
        for (int i = at; i < at + count; i++) {
            peak = Math.abs(x[i]) > Math.abs(peak) ? x[i] : peak;
        }
        return peak;
    }

    private void improve(float[] x, int at, int count, float first) {
        candidate = first;
        float before = 0;
        for (int round = 0; round < ROUNDS; round++) {
            float after = fit(x, at, count);
            if (!(after > before)) {
                return;
            }
            before = after;
        }
    }

    /** Codes of the candidate, then the scale that fits them best; what is gained over all values 0. */
    private float fit(float[] x, int at, int count) {
        codes.fit(x, at, count, 0, 1 / candidate, -most - 1f, most);
        candidate = codes.products / codes.squares;
        float gained = codes.products * candidate;
        if (gained > gain) {
            gain = gained;
            scale = candidate;
            curvature = codes.squares;
        }
        return gained;
    }
}
