package moira.routing.information;

import java.util.Arrays;

/** Assignments counted by unit and expert: what they say about the unit's domain. */
public final class DocumentCounts {
    private final double[][] counts;
    private final int[] domains;
    private final int domainCount;

    /**
     * @param counts {@code [units][experts]}
     * @param domains {@code [units]} from 0
     */
    public DocumentCounts(double[][] counts, int[] domains) {
        this.counts = counts;
        this.domains = domains;
        this.domainCount = Texts.count(domains);
    }

    public Estimate entropy(Resamples resamples) {
        double[] all = sum(new int[counts.length], 1)[0];
        double total = Arrays.stream(all).sum();
        Plugin plugin = plugin((unit, x) -> NLog2N.log2(total / all[x]));
        return new Estimate(
                Quantity.ENTROPY,
                plugin.bits(),
                NLog2N.log2(all.length),
                plugin.bits(),
                resamples.means(plugin.sums(), plugin.sizes()),
                Double.NaN,
                Double.NaN,
                0);
    }

    /** Beside the labels permuted over the units, of which a domain must have two at least. */
    public Estimate domain(int permutations, long seed, Resamples resamples) {
        double[][] sums = sum(domains, domainCount);
        double[] all = sum(new int[counts.length], 1)[0];
        double total = Arrays.stream(all).sum();
        double[] sizes =
                Arrays.stream(sums).mapToDouble(row -> Arrays.stream(row).sum()).toArray();
        Plugin plugin =
                plugin((unit, x) -> NLog2N.log2(sums[domains[unit]][x] / sizes[domains[unit]] / (all[x] / total)));
        Labellings labellings = new Labellings(domains, permutations, seed);
        double[] values = new double[permutations];
        for (int i = 0; i < permutations; i++) {
            values[i] = information(sum(labellings.labels[i + 1], domainCount), all, total);
        }
        double amplification = (counts.length - 1.0) / (counts.length - domainCount);
        return new Null(values, amplification).estimate(Quantity.DOMAIN, plugin, resamples);
    }

    private static double information(double[][] sums, double[] all, double total) {
        double bits = NLog2N.of(total);
        for (double[] row : sums) {
            bits += sum(row) - of(Arrays.stream(row).sum());
        }
        return (bits - sum(all)) / total;
    }

    private static double sum(double[] row) {
        return Arrays.stream(row).map(DocumentCounts::of).sum();
    }

    private static double of(double count) {
        return count > 0 ? NLog2N.of(count) : 0;
    }

    private double[][] sum(int[] labels, int size) {
        double[][] sums = new double[size][counts[0].length];
        for (int unit = 0; unit < counts.length; unit++) {
            for (int x = 0; x < counts[unit].length; x++) {
                sums[labels[unit]][x] += counts[unit][x];
            }
        }
        return sums;
    }

    /** What one assignment contributes. */
    @FunctionalInterface
    private interface Contribution {
        double bits(int unit, int expert);
    }

    private Plugin plugin(Contribution contribution) {
        double[] sums = new double[counts.length];
        double[] sizes = new double[counts.length];
        for (int unit = 0; unit < counts.length; unit++) {
            for (int x = 0; x < counts[unit].length; x++) {
                if (counts[unit][x] > 0) {
                    sums[unit] += counts[unit][x] * contribution.bits(unit, x);
                    sizes[unit] += counts[unit][x];
                }
            }
        }
        return new Plugin(Arrays.stream(sums).sum() / Arrays.stream(sizes).sum(), sums, sizes);
    }
}
