package moira.routing.information;

/** How units of text would vary what was summed up over them. */
@FunctionalInterface
public interface Resamples {
    /**
     * A mean in every resample.
     *
     * @param sums {@code [units]}
     * @param sizes {@code [units]} that the sums are divided by
     * @return none where there are too few units to resample
     */
    double[] means(double[] sums, double[] sizes);
}
