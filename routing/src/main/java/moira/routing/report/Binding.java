package moira.routing.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import moira.routing.result.Columns;
import moira.routing.result.Tables;
import moira.routing.result.Text;

/**
 * How strongly frequent tokens keep one expert in a layer: of all their occurrences, the share that goes to each token's
 * own most frequent first expert. It is at least 1/E even where routing ignores the token, and more for rare tokens, so
 * chance is simulated: every occurrence draws its expert from the layer's load, independently.
 *
 * @param by {@code input} or {@code next}: the token that is routed, or the one that follows it
 * @param tokens distinct tokens, each seen at least ten times
 * @param share the observed share
 * @param chance its mean under the null
 * @param chanceP95 its 95th percentile under the null (normal approximation of a sum over many tokens)
 */
record Binding(int layer, String by, int tokens, double share, double chance, double chanceP95) {
    private static final int DRAWS = 200;
    private static final int MOST_OCCURRENCES = 2000;
    private static final double P95 = 1.645;
    private static final long SEED = 7;

    /** All layers, by input and by next token; empty where the analysis has no vocabulary. */
    static List<Binding> of(Tables tables) {
        if (!tables.has("vocabulary_specialization")) {
            return List.of();
        }
        List<Binding> bindings = new ArrayList<>();
        Columns groups = tables.query("SELECT DISTINCT layer, \"by\" FROM vocabulary_specialization ORDER BY ALL");
        for (int i = 0; i < groups.rows(); i++) {
            bindings.add(of(tables, groups.integer(i, "layer"), groups.string(i, "by")));
        }
        return bindings;
    }

    private static Binding of(Tables tables, int layer, String by) {
        String rows = Text.of("FROM vocabulary_specialization WHERE layer = %d AND \"by\" = '%s'", layer, by);
        Columns load = tables.query("SELECT sum(first_assignments) AS n " + rows + " GROUP BY expert ORDER BY expert");
        double[] loads = new double[load.rows()];
        Arrays.setAll(loads, i -> load.number(i, "n"));
        String favourites = "SELECT max(occurrences) AS n, max(first_assignments) AS hits " + rows + " GROUP BY token";
        Columns tokens = tables.query("SELECT n, count(*) AS tokens, sum(hits)::DOUBLE AS hits FROM (" + favourites
                + ") GROUP BY n ORDER BY n");
        return against(loads, tokens, layer, by);
    }

    /** {@code tokens}: for each number of occurrences, how many tokens have it and their hits on their top experts. */
    private static Binding against(double[] loads, Columns tokens, int layer, String by) {
        double occurrences = 0;
        double hits = 0;
        double mean = 0;
        double variance = 0;
        int distinct = 0;
        Null chance = new Null(loads, new SplittableRandom(SEED));
        for (int i = 0; i < tokens.rows(); i++) {
            double n = tokens.number(i, "n");
            double count = tokens.number(i, "tokens");
            Moments share = chance.topShare((int) Math.min(n, MOST_OCCURRENCES));
            occurrences += n * count;
            hits += tokens.number(i, "hits");
            mean += n * count * share.mean();
            variance += n * n * count * share.variance();
            distinct += (int) count;
        }
        mean /= occurrences;
        return new Binding(
                layer, by, distinct, hits / occurrences, mean, mean + P95 * Math.sqrt(variance) / occurrences);
    }

    private record Moments(double mean, double variance) {}

    /** The share of the most frequent expert among n independent draws from the load. */
    private static final class Null {
        private final double[] cumulative;
        private final SplittableRandom random;
        private int lastN = -1;
        private Moments last = new Moments(0, 0);

        Null(double[] loads, SplittableRandom random) {
            this.cumulative = loads.clone();
            Arrays.parallelPrefix(cumulative, Double::sum);
            this.random = random;
        }

        /** Numbers of occurrences within 5 % of one another share one simulation, of the smaller of them. */
        Moments topShare(int n) {
            if (lastN < 0 || n > 1.05 * lastN) {
                lastN = n;
                last = simulate(n);
            }
            return last;
        }

        private Moments simulate(int n) {
            double sum = 0;
            double squares = 0;
            for (int draw = 0; draw < DRAWS; draw++) {
                double top = topOf(n) / (double) n;
                sum += top;
                squares += top * top;
            }
            double mean = sum / DRAWS;
            return new Moments(mean, Math.max(0, squares / DRAWS - mean * mean));
        }

        private int topOf(int n) {
            int[] counts = new int[cumulative.length];
            for (int i = 0; i < n; i++) {
                double x = random.nextDouble() * cumulative[cumulative.length - 1];
                int at = Arrays.binarySearch(cumulative, x);
                counts[at < 0 ? -at - 1 : at + 1]++;
            }
            return Arrays.stream(counts).max().orElse(0);
        }
    }
}
