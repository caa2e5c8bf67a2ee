package moira.routing.training;

/**
 * A row of the table {@code training}: one measure after one step. What is not known is NaN.
 *
 * @param layer -1 for none
 * @param domain '' for all
 * @param byLoad chance with the load that the experts have
 * @param p corrected over the layers
 * @param holds null where it was not tested
 */
record Point(
        Probe probe,
        String measure,
        int layer,
        String domain,
        double value,
        double low,
        double high,
        double chance,
        double byLoad,
        double p,
        Boolean holds,
        String unit) {}
