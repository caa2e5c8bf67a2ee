package moira.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import moira.engine.RoutingObserver;

/** Holds the routing of one sequence, batch by batch, against a naive run of its text; counts near ties that fell otherwise. */
final class NaiveComparison implements RoutingObserver {
    /** Probabilities and weights: sums of at most 36 columns, three layers deep; 2^-24 a rounding, a thousand of them. */
    static final double TOLERANCE = 1000 * 0x1p-24;

    private final NaiveMixtral.Run expected;
    int decisions;
    int nearTies;

    NaiveComparison(NaiveMixtral.Run expected) {
        this.expected = expected;
    }

    @Override
    public void routed(int layer, int position, int tokens, int[] experts, float[] weights, float[] probabilities) {
        int k = NaiveMixtral.K;
        int all = NaiveMixtral.EXPERTS;
        for (int t = 0; t < tokens; t++) {
            decisions++;
            double[] exact = expected.probabilities()[layer][position + t];
            for (int e = 0; e < all; e++) {
                near(probabilities[t * all + e], exact[e], "probability", layer, position + t);
            }
            int[] found = Arrays.copyOfRange(experts, t * k, (t + 1) * k);
            if (Arrays.equals(found, expected.experts()[layer][position + t])) {
                for (int i = 0; i < k; i++) {
                    near(weights[t * k + i], expected.weights()[layer][position + t][i], "weight", layer, position + t);
                }
            } else {
                assertThat(margin(exact))
                        .as("margin of layer %d, position %d, which went to %s", layer, position + t, found)
                        .isLessThan(TOLERANCE);
                nearTies++;
            }
        }
    }

    void logits(float[] found, int offset, int token) {
        double[] exact = expected.logits()[token];
        double largest = Arrays.stream(exact).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < exact.length; i++) {
            double difference = Math.abs(found[offset + i] - exact[i]) / largest;
            assertThat(difference).as("logit %d of token %d", i, token).isLessThan(TOLERANCE);
        }
    }

    /** Log-probabilities: the logits' errors and those of a sum. */
    void logProbabilities(float[] found, int[] tokens) {
        for (int t = 0; t < found.length; t++) {
            double[] exact = expected.logits()[t];
            double sum = Arrays.stream(exact).map(Math::exp).sum();
            double largest = Arrays.stream(exact).map(Math::abs).max().orElseThrow();
            assertThat((double) found[t])
                    .as("log-probability after token %d", t)
                    .isCloseTo(exact[tokens[t + 1]] - Math.log(sum), within(2 * TOLERANCE * largest));
        }
    }

    private void near(double found, double exact, String what, int layer, int position) {
        assertThat(found).as("%s, layer %d, position %d", what, layer, position).isCloseTo(exact, within(TOLERANCE));
    }

    /** The smallest distance among the probabilities that decide: of the chosen ones and the first refused. */
    private static double margin(double[] probabilities) {
        double[] sorted = Arrays.stream(probabilities).sorted().toArray();
        double margin = 1;
        for (int i = sorted.length - NaiveMixtral.K; i < sorted.length; i++) {
            margin = Math.min(margin, sorted[i] - sorted[i - 1]);
        }
        return margin;
    }
}
