package moira.routing.comparison;

/**
 * One measure of one layer. What is not known is NaN.
 *
 * @param depth of the layer: 0 is the model's first, 1 its last
 * @param value averaged over domains where the table has them apart
 * @param low of a 95 % interval: the domains' lower ends averaged
 * @param tested whether it was held against chance; what was not is no more than a figure
 * @param chance what this model would give by chance, in the same unit; 0 where chance is subtracted already
 */
record Point(
        String model,
        int layer,
        double depth,
        String measure,
        double value,
        double low,
        double high,
        double chance,
        String unit,
        boolean tested) {
    double excess() {
        return value - chance;
    }

    /** Over chance; NaN where chance is nothing. */
    double ratio() {
        return chance > 0 ? value / chance : Double.NaN;
    }
}
