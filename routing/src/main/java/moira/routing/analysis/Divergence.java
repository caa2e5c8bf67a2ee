package moira.routing.analysis;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Whether the domains' expert shares differ by more than the sources within them do: the Jensen-Shannon divergence in bits, all
 * domains weighted equally, beside what it is when the domain labels are permuted over the sources. Each pair of domains is permuted
 * among its own sources. Where every domain is one source, there is nothing to permute, and no null. A domain without any assignment
 * is left out; of more than {@value #MOST_PAIRED} domains there are no pairs. p = (1 + permutations that reach the observed value) / (1 + permutations).
 */
final class Divergence {
    static final String COLUMNS =
            "layer INTEGER, domain_a VARCHAR, domain_b VARCHAR, choices VARCHAR, jsd_bits DOUBLE, "
                    + "null_mean DOUBLE, null_p95 DOUBLE, p_value DOUBLE, permutations INTEGER, sources INTEGER";

    /** Pairs grow with the square of the domains, and nobody looks at half a million of them. */
    static final int MOST_PAIRED = 64;

    /** Equal partitions add up in another order, and may come out this much apart. */
    private static final double ROUNDING = 1e-12;

    private final Study study;
    private final Table table;

    Divergence(Study study, Table table) {
        this.study = study;
        this.table = table;
    }

    /** @param group of layer and choice, its cells are experts */
    void add(Group group) {
        Units units = study.units();
        double[][] counts = counts(group);
        int[] every = addAll(group, counts);
        if (every.length > MOST_PAIRED) {
            return;
        }
        for (int a = 0; a < every.length; a++) {
            for (int b = a + 1; b < every.length; b++) {
                int[] pair = {every[a], every[b]};
                add(group, units.domains().get(pair[0]), units.domains().get(pair[1]), counts, pair);
            }
        }
    }

    /** All domains together alone, without the pairs. */
    void addAll(Group group) {
        addAll(group, counts(group));
    }

    private int[] addAll(Group group, double[][] counts) {
        Units units = study.units();
        int[] every = IntStream.range(0, units.domains().size())
                .filter(domain -> IntStream.range(units.first(domain), units.last(domain))
                        .anyMatch(unit -> Arrays.stream(counts[unit]).sum() > 0))
                .toArray();
        if (every.length > 1) {
            add(group, "", "", counts, every);
        }
        return every;
    }

    private double[][] counts(Group group) {
        double[][] counts = new double[study.units().size()][study.experts()];
        group.cells().forEach((expert, rows) -> rows.forEach(row -> counts[row.unit()][expert] = row.values()[0]));
        return counts;
    }

    private void add(Group group, String a, String b, double[][] counts, int[] domains) {
        int[] labels = new int[counts.length];
        int[] members = members(domains, labels);
        double observed = Entropy.divergence(sum(counts, members, labels, domains.length));
        Null chance = members.length == domains.length
                ? Null.UNKNOWN
                : Null.of(observed, permuted(counts, members, labels, domains.length));
        table.add(
                group.number(0),
                a,
                b,
                ExpertTables.choices(group.number(1)),
                observed,
                chance.mean,
                chance.p95,
                chance.p,
                chance.permutations,
                members.length);
    }

    private record Null(double mean, double p95, double p, int permutations) {
        static final Null UNKNOWN = new Null(Double.NaN, Double.NaN, Double.NaN, 0);

        static Null of(double observed, double[] permuted) {
            double reached = Arrays.stream(permuted)
                    .filter(value -> value >= observed - ROUNDING)
                    .count();
            Arrays.sort(permuted);
            return new Null(
                    Arrays.stream(permuted).average().orElseThrow(),
                    permuted[(int) Math.ceil(0.95 * permuted.length) - 1],
                    (1 + reached) / (1 + permuted.length),
                    permuted.length);
        }
    }

    /** The units of some domains; each one's label, the domain's index, goes to its place in {@code labels}. */
    private int[] members(int[] domains, int[] labels) {
        int[] members = new int[Arrays.stream(domains).map(study.units()::size).sum()];
        int n = 0;
        for (int label = 0; label < domains.length; label++) {
            for (int unit = study.units().first(domains[label]);
                    unit < study.units().last(domains[label]);
                    unit++) {
                labels[n] = label;
                members[n++] = unit;
            }
        }
        return members;
    }

    private static double[][] sum(double[][] counts, int[] members, int[] labels, int domains) {
        double[][] sums = new double[domains][counts[0].length];
        for (int i = 0; i < members.length; i++) {
            double[] to = sums[labels[i]];
            double[] from = counts[members[i]];
            for (int expert = 0; expert < to.length; expert++) {
                to[expert] += from[expert];
            }
        }
        return sums;
    }

    private double[] permuted(double[][] counts, int[] members, int[] labels, int domains) {
        SplittableRandom random = new SplittableRandom(study.options().seed());
        double[] values = new double[study.options().permutations()];
        int[] shuffled = Arrays.copyOf(labels, members.length);
        for (int i = 0; i < values.length; i++) {
            shuffle(shuffled, random);
            values[i] = Entropy.divergence(sum(counts, members, shuffled, domains));
        }
        return values;
    }

    private static void shuffle(int[] labels, SplittableRandom random) {
        for (int i = labels.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int label = labels[i];
            labels[i] = labels[j];
            labels[j] = label;
        }
    }
}
