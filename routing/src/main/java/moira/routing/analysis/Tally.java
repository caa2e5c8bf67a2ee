package moira.routing.analysis;

/**
 * A count, and what it is in each resample.
 *
 * @param units in how many sources anything was counted
 * @param sums {@code [resamples]}
 */
// Lives for one cell of a table.
@SuppressWarnings("ArrayRecordComponent")
record Tally(double total, int units, double[] sums) {
    double share(Tally of) {
        return total / of.total;
    }

    /** The interval of the share; a single source says nothing about how others would differ. */
    Interval interval(Tally of) {
        if (of.units < 2) {
            return Interval.UNKNOWN;
        }
        double[] shares = new double[sums.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = sums[i] / of.sums[i];
        }
        return Interval.of(shares);
    }
}
