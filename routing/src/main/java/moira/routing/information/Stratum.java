package moira.routing.information;

import java.util.Arrays;

/** One stratum's tokens, counted by unit and expert. */
final class Stratum {
    private final int domains;
    private final int experts;
    private final int size;

    /** {@code [experts]} tokens of the stratum. */
    private final int[] totals;

    /** {@code [entries]} unit, expert, tokens. */
    private int[] entryUnits;

    private int[] entryExperts;
    private int[] entryCounts;

    /** {@code [units present]} and their tokens. */
    private final int[] units;

    private final int[] sizes;

    /** {@code [size + 1]} the sum over experts of the blind mean of n log2 n when so many tokens are dealt out; NaN until asked for. */
    private final double[] blind;

    Stratum(Strata strata, int block, Choices choices, int domains) {
        Grouping grouping = strata.grouping();
        this.domains = domains;
        this.experts = choices.experts();
        this.size = grouping.end(block) - grouping.start(block);
        this.totals = new int[experts];
        this.blind = new double[size + 1];
        Arrays.fill(blind, Double.NaN);
        int from = grouping.blocks[block];
        int to = grouping.blocks[block + 1];
        this.units = new int[to - from];
        this.sizes = new int[to - from];
        count(strata, from, to, choices);
    }

    private void count(Strata strata, int from, int to, Choices choices) {
        int[] counts = new int[experts];
        int most = 0;
        for (int run = from; run < to; run++) {
            most += Math.min(experts, strata.size(run) * choices.perToken());
        }
        entryUnits = new int[most];
        entryExperts = new int[most];
        entryCounts = new int[most];
        int entries = 0;
        for (int run = from; run < to; run++) {
            units[run - from] = strata.unit(run);
            sizes[run - from] = strata.size(run);
            entries = count(strata, run, choices, counts, entries);
        }
        entryUnits = Arrays.copyOf(entryUnits, entries);
    }

    private int count(Strata strata, int run, Choices choices, int[] counts, int entries) {
        Grouping grouping = strata.grouping();
        int k = choices.perToken();
        int next = entries;
        for (int i = grouping.runs[run]; i < grouping.runs[run + 1]; i++) {
            for (int at = grouping.order[i] * k; at < grouping.order[i] * k + k; at++) {
                int expert = choices.of()[at];
                totals[expert]++;
                if (counts[expert]++ == 0) {
                    entryUnits[next] = strata.unit(run);
                    entryExperts[next++] = expert;
                }
            }
        }
        for (int entry = entries; entry < next; entry++) {
            entryCounts[entry] = counts[entryExperts[entry]];
            counts[entryExperts[entry]] = 0;
        }
        return next;
    }

    /** Adds J under the first labellings to as many sums. */
    void add(int[][] labels, double[] sums) {
        int[] cells = new int[domains * experts];
        int[] drawn = new int[domains];
        for (int i = 0; i < sums.length; i++) {
            sums[i] += cells(labels[i], cells) - blind(labels[i], drawn);
        }
    }

    private double cells(int[] label, int[] cells) {
        for (int entry = 0; entry < entryUnits.length; entry++) {
            cells[label[entryUnits[entry]] * experts + entryExperts[entry]] += entryCounts[entry];
        }
        double sum = 0;
        for (int entry = 0; entry < entryUnits.length; entry++) {
            int cell = label[entryUnits[entry]] * experts + entryExperts[entry];
            sum += NLog2N.of(cells[cell]);
            cells[cell] = 0;
        }
        return sum;
    }

    private double blind(int[] label, int[] drawn) {
        for (int i = 0; i < units.length; i++) {
            drawn[label[units[i]]] += sizes[i];
        }
        double sum = 0;
        for (int i = 0; i < units.length; i++) {
            int domain = label[units[i]];
            sum += blind(drawn[domain]);
            drawn[domain] = 0;
        }
        return sum;
    }

    private double blind(int drawn) {
        if (Double.isNaN(blind[drawn])) {
            double sum = 0;
            for (int total : totals) {
                sum += Hypergeometric.mean(size, total, drawn);
            }
            blind[drawn] = sum;
        }
        return blind[drawn];
    }
}
