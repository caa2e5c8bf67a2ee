package moira.routing.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What many permutation tests together, and few documents, can tell. */
final class PermutationTests {
    static final double LEVEL = 0.05;

    private PermutationTests() {}

    /** Holm's step-down correction (Scandinavian Journal of Statistics 6, 1979): adjusted p-values, in the order given. */
    static double[] holm(double[] p) {
        int[] order = IntStream.range(0, p.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> p[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = new double[p.length];
        double largest = 0;
        for (int rank = 0; rank < order.length; rank++) {
            largest = Math.max(largest, Math.min(1, (p.length - rank) * p[order[rank]]));
            adjusted[order[rank]] = largest;
        }
        return adjusted;
    }

    /**
     * The smallest p-value that a permutation of labels over sources can reach: the observed labelling is one of
     * {@code permutations + 1} drawn, and one of all that differ. Swapping two domains of equal size changes nothing.
     *
     * @param sources how many sources each domain has
     */
    static double smallestP(int[] sources, long permutations) {
        double logLabellings = logFactorial(Arrays.stream(sources).sum());
        Map<Integer, Integer> domainsOfSize = new TreeMap<>();
        for (int n : sources) {
            logLabellings -= logFactorial(n);
            domainsOfSize.merge(n, 1, Integer::sum);
        }
        for (int domains : domainsOfSize.values()) {
            logLabellings -= logFactorial(domains);
        }
        return Math.max(1.0 / (1 + permutations), Math.exp(-logLabellings));
    }

    private static double logFactorial(int n) {
        return IntStream.rangeClosed(2, n).mapToDouble(Math::log).sum();
    }
}
