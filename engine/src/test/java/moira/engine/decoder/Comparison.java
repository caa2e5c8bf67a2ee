package moira.engine.decoder;

import java.util.Arrays;
import java.util.Locale;
import moira.engine.RoutingObserver;

/** Counts where routing and probabilities differ from a golden; says how near to a tie the differing decisions were. */
final class Comparison implements RoutingObserver {
    private static final int K = 2;
    private static final int EXPERTS = 8;

    private final int layers;
    private byte[] experts;
    private float[] weights;
    private float[] probabilities;
    private float[] logProbabilities;

    int decisions;
    int setDiffers;
    int firstDiffers;
    float worstLogProbability;
    private double sumOfLogProbability;
    private int logProbabilityCount;
    float worstProbability;
    float worstWeight;
    /** The largest margin, in the golden's probabilities, of a decision that came out otherwise. */
    float largestMarginThatDiffers;

    Comparison(int layers) {
        this.layers = layers;
    }

    void start(Golden golden, int document) {
        experts = golden.experts(document, layers);
        weights = golden.floats("weights", document, Golden.LENGTH * layers * K);
        probabilities = golden.floats("router_probabilities", document, Golden.LENGTH * layers * EXPERTS);
        logProbabilities = golden.floats("log_probabilities", document, Golden.LENGTH - 1);
    }

    @Override
    public void routed(
            int layer, int position, int tokens, int[] found, float[] foundWeights, float[] foundProbabilities) {
        for (int t = 0; t < tokens; t++) {
            int at = ((position + t) * layers + layer) * K;
            decisions++;
            boolean first = found[t * K] == experts[at];
            boolean same = first && found[t * K + 1] == experts[at + 1];
            boolean swapped = found[t * K] == experts[at + 1] && found[t * K + 1] == experts[at];
            firstDiffers += first ? 0 : 1;
            setDiffers += same || swapped ? 0 : 1;
            if (!same) {
                largestMarginThatDiffers = Math.max(largestMarginThatDiffers, margin((position + t) * layers + layer));
            } else {
                worstWeight = Math.max(worstWeight, Math.abs(foundWeights[t * K] - weights[at]));
            }
            for (int e = 0; e < EXPERTS; e++) {
                float expected = probabilities[((position + t) * layers + layer) * EXPERTS + e];
                worstProbability = Math.max(worstProbability, Math.abs(foundProbabilities[t * EXPERTS + e] - expected));
            }
        }
    }

    /** The smallest distance among the golden's three highest probabilities. */
    private float margin(int decision) {
        float[] sorted = Arrays.copyOfRange(probabilities, decision * EXPERTS, (decision + 1) * EXPERTS);
        Arrays.sort(sorted);
        return Math.min(sorted[EXPERTS - 1] - sorted[EXPERTS - 2], sorted[EXPERTS - 2] - sorted[EXPERTS - 3]);
    }

    void logProbabilities(float[] found) {
        for (int i = 0; i < logProbabilities.length; i++) {
            float difference = Math.abs(found[i] - logProbabilities[i]);
            worstLogProbability = Math.max(worstLogProbability, difference);
            sumOfLogProbability += difference;
            logProbabilityCount++;
        }
    }

    /** The mean of the absolute differences of log-probabilities. */
    double meanLogProbability() {
        return sumOfLogProbability / logProbabilityCount;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d decisions, other set %d, other first choice %d (largest margin among them %.2g); worst difference: log-probability %.2g (mean %.2g), router probability %.2g, weight %.2g",
                decisions,
                setDiffers,
                firstDiffers,
                largestMarginThatDiffers,
                worstLogProbability,
                meanLogProbability(),
                worstProbability,
                worstWeight);
    }
}
