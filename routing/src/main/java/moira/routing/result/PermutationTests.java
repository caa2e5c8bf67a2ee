package moira.routing.result;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What many permutation tests together, and few documents, can tell. */
public final class PermutationTests {
    public static final double LEVEL = 0.05;

    public static final String HOLM = "holm";
    public static final String BENJAMINI_HOCHBERG = "benjamini_hochberg";

    private PermutationTests() {}

    /** Holm's step-down correction (Scandinavian Journal of Statistics 6, 1979): adjusted p-values, in the order given. */
    public static double[] holm(double[] p) {
        int[] order = ascending(p);
        double[] adjusted = new double[p.length];
        double largest = 0;
        for (int rank = 0; rank < order.length; rank++) {
            largest = Math.max(largest, Math.min(1, (p.length - rank) * p[order[rank]]));
            adjusted[order[rank]] = largest;
        }
        return adjusted;
    }

    /**
     * Benjamini and Hochberg's step-up correction (Journal of the Royal Statistical Society B 57, 1995): of the tests
     * whose adjusted p-value is below a level, at most that share is false on average. In the order given.
     */
    public static double[] benjaminiHochberg(double[] p) {
        int[] order = ascending(p);
        double[] adjusted = new double[p.length];
        double smallest = 1;
        for (int rank = order.length - 1; rank >= 0; rank--) {
            smallest = Math.min(smallest, p[order[rank]] * p.length / (rank + 1));
            adjusted[order[rank]] = smallest;
        }
        return adjusted;
    }

    /** Whether Holm's correction of so many tests can leave anything, as no p-value is below 1 / (1 + permutations). */
    public static boolean holmCanReject(int tests, long permutations) {
        return tests <= LEVEL * (1 + permutations);
    }

    /**
     * Corrected p-values.
     *
     * @param method {@code holm}, or {@code benjamini_hochberg} where Holm could reject nothing
     * @param p in the order given
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Corrected(String method, double[] p) {}

    /** @param smallestP that any of the tests could have had */
    public static Corrected corrected(double[] p, double smallestP) {
        return holmCanReject(p.length, Math.round(1 / smallestP) - 1)
                ? new Corrected(HOLM, holm(p))
                : new Corrected(BENJAMINI_HOCHBERG, benjaminiHochberg(p));
    }

    private static int[] ascending(double[] p) {
        return IntStream.range(0, p.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> p[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /**
     * The smallest p-value that a permutation of labels over sources can reach: the observed labelling is one of
     * {@code permutations + 1} drawn, and one of all that differ. Swapping two domains of equal size changes nothing.
     *
     * @param sources how many sources each domain has
     */
    public static double smallestP(int[] sources, long permutations) {
        double logLabellings = logFactorial(Arrays.stream(sources).sum());
        Map<Integer, Integer> domainsOfSize = new TreeMap<>();
        for (int n : sources) {
            logLabellings -= logFactorial(n);
            domainsOfSize.merge(n, 1, Integer::sum);
        }
        for (int domains : domainsOfSize.values()) {
            logLabellings -= logFactorial(domains);
        }
        return Math.clamp(Math.exp(-logLabellings), 1.0 / (1 + permutations), 1);
    }

    private static double logFactorial(int n) {
        return IntStream.rangeClosed(2, n).mapToDouble(Math::log).sum();
    }
}
