package moira.engine.tensor;

/**
 * The scale {@code a} and the minimum {@code b} of a group of values and their codes {@code q} from 0 to {@code most}, neither of
 * them negative, so that {@code sum (x - (a q - b))^2} is small. For given codes the best pair is a straight line through the
 * points {@code (q, x)} (least squares), for a given pair the best codes are the nearest; so from several first scales the two are
 * improved in turns, and the best end is kept. Overwritten group by group.
 */
final class AffineScale {
    private static final int ROUNDS = 4;

    /** Between first scales, as a share of a code: the values' width is laid over so many more or fewer codes. */
    private static final float STRETCH = 0.25f;

    private static final int STRETCHES = 6;

    private final int most;

    private final GroupCodes codes = new GroupCodes();
    private float least;
    private float candidateScale;
    private float candidateMinimum;

    /** Of the group's values. */
    private float sum;

    private float squares;

    float scale;
    float minimum;

    /** {@code sum (q - mean q)^2} of the codes: what an error of the scale costs, over its square. */
    float curvature;

    AffineScale(int most) {
        this.most = most;
    }

    /** Finds scale and minimum of {@code count} values. */
    void search(float[] x, int at, int count) {
        float low = 0;
        float high = Float.NEGATIVE_INFINITY;
        sum = 0;
        squares = 0;
        for (int i = at; i < at + count; i++) {
            low = Math.min(low, x[i]);
            high = Math.max(high, x[i]);
            sum += x[i];
            squares += x[i] * x[i];
        }
        scale = 0;
        minimum = -low;
        curvature = 0;
        least = Float.POSITIVE_INFINITY;
        if (high == low) {
            return;
        }
        if (Float.isInfinite(squares)) {
            // Far beyond any half: let it be seen in what comes back.
            scale = high - low;
            return;
        }
        for (int stretch = -STRETCHES; stretch <= STRETCHES; stretch++) {
            improve(x, at, count, (high - low) / (most + STRETCH * stretch), -low);
        }
    }

    private void improve(float[] x, int at, int count, float firstScale, float firstMinimum) {
        candidateScale = firstScale;
        candidateMinimum = firstMinimum;
        float before = Float.POSITIVE_INFINITY;
        for (int round = 0; round < ROUNDS; round++) {
            float after = fit(x, at, count);
            if (!(after < before)) {
                return;
            }
            before = after;
        }
    }

    /** Codes of the candidate, then the line that fits them best; the error that is left. */
    private float fit(float[] x, int at, int count) {
        codes.fit(x, at, count, candidateMinimum, 1 / candidateScale, 0, most);
        float spread = codes.squares - codes.sum * codes.sum / count;
        candidateScale = (codes.products - codes.sum * sum / count) / spread;
        candidateMinimum = (candidateScale * codes.sum - sum) / count;
        if (!(candidateMinimum >= 0)) {
            candidateMinimum = 0;
            candidateScale = codes.products / codes.squares;
        }
        float error = squares
                - 2 * (candidateScale * codes.products - candidateMinimum * sum)
                + candidateScale * (candidateScale * codes.squares - 2 * candidateMinimum * codes.sum)
                + count * candidateMinimum * candidateMinimum;
        if (error < least && candidateScale > 0) {
            least = error;
            scale = candidateScale;
            minimum = candidateMinimum;
            curvature = spread;
        }
        return error;
    }
}
