package moira.routing.analysis;

import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Resamples of the sources: in each, every domain has as many sources as it has, drawn with replacement. The tokens of a source depend
 * on each other, so only sources are drawn. All tables use the same resamples.
 */
final class Bootstrap {
    /** {@code [units][resamples]}: how often a unit was drawn. */
    private final short[][] weights;

    private final int resamples;

    Bootstrap(Units units, int resamples, long seed) {
        this.resamples = resamples;
        this.weights = new short[units.size()][resamples];
        SplittableRandom random = new SplittableRandom(seed);
        for (int domain = 0; domain < units.domains().size(); domain++) {
            for (int resample = 0; resample < resamples; resample++) {
                for (int draw = 0; draw < units.size(domain); draw++) {
                    weights[random.nextInt(units.first(domain), units.last(domain))][resample]++;
                }
            }
        }
    }

    int resamples() {
        return resamples;
    }

    /** Adds up a column over all resamples. */
    Tally tally(List<Row> rows, int value) {
        return tally(rows, value, resamples);
    }

    /** Adds up a column over the first few resamples. */
    Tally tally(List<Row> rows, int value, int resamples) {
        double total = 0;
        BitSet units = new BitSet();
        double[] sums = new double[resamples];
        for (Row row : rows) {
            double count = row.values()[value];
            total += count;
            units.set(row.unit());
            add(sums, weights[row.unit()], count);
        }
        return new Tally(total, units.cardinality(), sums);
    }

    private static void add(double[] sums, short[] weights, double count) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += count * weights[i];
        }
    }
}
