package moira.routing.information;

/**
 * What labels permuted over units make of an effect, by the texts alone: how much of the units' own variation and of the domains'
 * effect stays in the null. {@code docs/information.md} derives it as an analysis of variance with random effects; with one stratum
 * and units of one size {@link #amplification} is (U-1)/(U-D), as in adjusted R².
 *
 * @param ratio of the units' variation under the true labels to that under permuted ones
 * @param spread of the null about its mean under the true labels, relative to that under permuted ones
 * @param amplification of what is left after the null, since the null contains some of the effect; NaN where it contains nearly all,
 *     or no two tokens could be told apart
 */
record Design(double ratio, double spread, double amplification) {
    /** Of the effect, less than this much told apart from the null is too little. */
    private static final double LEAST = 0.05;

    private static final int PERMUTATIONS = 50;

    /**
     * @param strata blocks of what is conditioned on, runs of units
     */
    static Design of(Strata strata, Labellings labellings) {
        int permutations = Math.min(PERMUTATIONS, labellings.permutations());
        DesignSums observed = DesignSums.of(strata, labellings.labels[0], labellings.labels[0]);
        double units = 0;
        double domains = 0;
        double freedom = 0;
        for (int i = 1; i <= permutations; i++) {
            DesignSums sums = DesignSums.of(strata, labellings.labels[i], labellings.labels[0]);
            units += sums.units / permutations;
            domains += sums.domains / permutations;
            freedom += sums.freedom / permutations;
        }
        if (freedom == 0) {
            return new Design(1, 1, Double.NaN);
        }
        double ratio = units > LEAST * freedom ? Math.clamp(observed.units / units, 0, 4) : 1;
        double spread = Math.max(ratio, Math.sqrt(observed.freedom / freedom));
        double told = observed.domains - ratio * domains;
        double amplification = told > LEAST * observed.effect ? observed.effect / told : Double.NaN;
        return new Design(ratio, spread, amplification);
    }
}
