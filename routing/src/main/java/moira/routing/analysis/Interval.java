package moira.routing.analysis;

import java.util.Arrays;

/** A 95 % interval; both ends are NaN, and NULL in a table, where it cannot be estimated. */
record Interval(double low, double high) {
    static final Interval UNKNOWN = new Interval(Double.NaN, Double.NaN);

    private static final double TAIL = 0.025;

    /**
     * The percentile interval of bootstrapped values (Efron and Tibshirani, An Introduction to the Bootstrap, 13.3): of n sorted
     * values those at floor(0.025 n) and ceil(0.975 n) - 1. Values that are NaN, of resamples that had nothing to
     * divide by, are left out.
     */
    static Interval of(double[] values) {
        double[] sorted = Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        int n = sorted.length;
        return n == 0
                ? UNKNOWN
                : new Interval(sorted[(int) Math.floor(TAIL * n)], sorted[(int) Math.ceil((1 - TAIL) * n) - 1]);
    }
}
