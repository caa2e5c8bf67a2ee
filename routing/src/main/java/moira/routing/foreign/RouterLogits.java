package moira.routing.foreign;

import java.util.stream.IntStream;

/**
 * Makes decisions of what a router said of all E experts: logits, or the softmax of them, which some programs write under the name of
 * logits. Which it is can be told from the values, as long as nothing lies between: probabilities are not negative and add up to 1.
 */
final class RouterLogits {
    /** Sums of 16-bit probabilities over many experts are this near to 1. */
    private static final double CERTAIN = 0.02;

    /** Non-negative values with a sum nearer to 1 than this, but not near enough, may be either. */
    private static final double POSSIBLE = 0.1;

    private static final double LOG2 = Math.log(2);

    private final int k;
    private final boolean renormalise;
    private String kind;

    /**
     * @param kind {@code raw} or {@code softmax}; null to go by the values
     * @param renormalise whether a weight is a share of the chosen experts' probability, or the probability
     */
    RouterLogits(int k, String kind, boolean renormalise) {
        this.k = k;
        this.kind = kind;
        this.renormalise = renormalise;
    }

    /**
     * A decision.
     *
     * @param entropy of the probabilities, in bits
     * @param margin the probability of the last chosen expert minus that of the first refused one, 0 where none is refused
     */
    // Lives for one row.
    @SuppressWarnings("ArrayRecordComponent")
    record Decision(long[] experts, float[] weights, float entropy, float margin) {}

    /** What the values are taken for; null before the first. */
    String kind() {
        return kind;
    }

    /** What is wrong with the values {@code [experts]}, or null. The first ones decide what all of them are, where nobody said it. */
    String problem(double[] values) {
        double sum = 0;
        int zeros = 0;
        boolean negative = false;
        for (double value : values) {
            zeros += value == 0 ? 1 : 0;
            if (!Double.isFinite(value)) {
                return "expected finite values, found " + value;
            }
            sum += value;
            negative |= value < 0;
        }
        if (!negative && zeros > 1 && zeros >= values.length - k) {
            return "expected what the router says of all experts, found " + zeros
                    + " zeros beside scores of the chosen: give the chosen as experts and their scores as weights";
        }
        double off = Math.abs(sum - 1);
        boolean probabilities = !negative && off <= CERTAIN;
        if (kind == null && !negative && ((off > CERTAIN && off < POSSIBLE) || values.length == 1)) {
            return "expected logits, or probabilities that add up to 1, found a sum of " + sum
                    + ", which may be either: say --logits raw or softmax";
        }
        if (kind == null) {
            kind = probabilities ? "softmax" : "raw";
        }
        if (kind.equals("softmax") && !probabilities) {
            return "expected probabilities as in the rows before, or as told, found values with the sum " + sum;
        }
        return null;
    }

    /** The k experts with the highest values, a tie to the lower one. */
    Decision decide(double[] values) {
        double[] p = kind.equals("softmax") ? values : softmax(values);
        int[] order = IntStream.range(0, p.length)
                .boxed()
                .sorted((a, b) -> Double.compare(values[b], values[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        double chosen = IntStream.range(0, k).mapToDouble(i -> p[order[i]]).sum();
        long[] experts = new long[k];
        float[] weights = new float[k];
        for (int i = 0; i < k; i++) {
            experts[i] = order[i];
            weights[i] = (float) (p[order[i]] / (renormalise ? chosen : 1));
        }
        double refused = k < p.length ? p[order[k]] : 0;
        return new Decision(experts, weights, (float) entropy(p), (float) (p[order[k - 1]] - refused));
    }

    private static double[] softmax(double[] logits) {
        double most = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            most = Math.max(most, logit);
        }
        double sum = 0;
        double[] p = new double[logits.length];
        for (int i = 0; i < p.length; i++) {
            p[i] = Math.exp(logits[i] - most);
            sum += p[i];
        }
        for (int i = 0; i < p.length; i++) {
            p[i] /= sum;
        }
        return p;
    }

    private static double entropy(double[] probabilities) {
        double nats = 0;
        for (double p : probabilities) {
            nats -= p > 0 ? p * Math.log(p) : 0;
        }
        return nats / LOG2;
    }
}
