package moira.routing.information;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CountsTest {
    /** Six tokens, two experts each of four, and all 720 ways to deal them out to the types. */
    @Test
    void theNullIsThatOfAllDealsOfTokens() {
        int[] types = {0, 0, 1, 1, 1, 2};
        int[][] experts = {{0, 1}, {0, 2}, {1, 3}, {3, 0}, {2, 3}, {0, 1}};
        List<Double> all = new ArrayList<>();
        deal(new int[] {0, 1, 2, 3, 4, 5}, 0, order -> all.add(information(types, experts, order)));
        assertThat(all).hasSize(720);
        Estimate estimate = counts(types, experts).information(Quantity.TOKEN);
        assertThat(estimate.bits()).isCloseTo(information(types, experts, new int[] {0, 1, 2, 3, 4, 5}), within(1e-9));
        assertThat(estimate.nullBits())
                .isCloseTo(all.stream().mapToDouble(v -> v).average().orElseThrow(), within(1e-9));
    }

    private static Counts counts(int[] types, int[][] experts) {
        int[] cellTypes = new int[12];
        int[] cellExperts = new int[12];
        double[] ones = new double[12];
        for (int i = 0; i < 12; i++) {
            cellTypes[i] = types[i / 2];
            cellExperts[i] = experts[i / 2][i % 2];
            ones[i] = 1;
        }
        return new Counts(new int[12], cellTypes, cellExperts, ones, 2, 4);
    }

    /** By H(X) + H(Y) - H(X, Y) of the twelve assignments. */
    private static double information(int[] types, int[][] experts, int[] order) {
        double[] x = new double[4];
        double[] y = new double[3];
        double[] xy = new double[12];
        for (int i = 0; i < 6; i++) {
            for (int expert : experts[order[i]]) {
                x[expert] += 1 / 12.0;
                y[types[i]] += 1 / 12.0;
                xy[types[i] * 4 + expert] += 1 / 12.0;
            }
        }
        return entropy(x) + entropy(y) - entropy(xy);
    }

    private static double entropy(double[] shares) {
        double bits = 0;
        for (double p : shares) {
            bits -= p > 0 ? p * Math.log(p) / Math.log(2) : 0;
        }
        return bits;
    }

    @FunctionalInterface
    private interface Reader {
        void order(int[] order);
    }

    private static void deal(int[] order, int at, Reader reader) {
        if (at == order.length) {
            reader.order(order);
        }
        for (int i = at; i < order.length; i++) {
            swap(order, at, i);
            deal(order, at + 1, reader);
            swap(order, at, i);
        }
    }

    private static void swap(int[] order, int a, int b) {
        int kept = order[a];
        order[a] = order[b];
        order[b] = kept;
    }

    @Test
    void anExpertThatFollowsTheTokenIsAllOfItsEntropy() {
        Counts counts = new Counts(
                new int[] {0, 0, 1, 1},
                new int[] {0, 1, 0, 1},
                new int[] {0, 1, 0, 1},
                new double[] {50, 30, 30, 50},
                1,
                2);
        assertThat(counts.entropy().bits()).isCloseTo(1, within(1e-12));
        assertThat(counts.information(Quantity.TOKEN).bits()).isCloseTo(1, within(1e-12));
        assertThat(counts.information(Quantity.DOMAIN_GIVEN_TOKEN).correctedBits())
                .isCloseTo(0, within(1e-12));
        double share = 50 / 80.0;
        double given = -share * Math.log(share) / Math.log(2) - (1 - share) * Math.log(1 - share) / Math.log(2);
        assertThat(counts.information(Quantity.TOKEN_GIVEN_DOMAIN).bits()).isCloseTo(given, within(1e-12));
        assertThat(counts.information(Quantity.DOMAIN).bits()).isCloseTo(1 - given, within(1e-12));
    }
}
