package moira.routing.information;

/**
 * Tokens by what is conditioned on, and within a stratum by unit.
 *
 * @param grouping blocks are strata, runs are units
 * @param units {@code [tokens]} the unit of each token
 */
@SuppressWarnings("ArrayRecordComponent")
record Strata(Grouping grouping, int[] units) {
    /** @param stratum of each token, or null: all in one */
    static Strata of(int[] stratum, int[] units) {
        return new Strata(Grouping.of(stratum, units), units);
    }

    int unit(int run) {
        return units[grouping.order[grouping.runs[run]]];
    }

    int size(int run) {
        return grouping.runs[run + 1] - grouping.runs[run];
    }

    int size() {
        return grouping.order.length;
    }
}
