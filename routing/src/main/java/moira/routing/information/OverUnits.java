package moira.routing.information;

/**
 * What labels of the units say about the expert, less what they would say if within each stratum the tokens were dealt out blindly:
 * J = plug-in - E[plug-in | margins]. Permuted labels change the margins of a stratum, and with them the plug-in's bias; J has none.
 */
final class OverUnits {
    private final Strata strata;
    private final Labellings labellings;

    OverUnits(Strata strata, Labellings labellings) {
        this.strata = strata;
        this.labellings = labellings;
    }

    /** {@code [permutations + 1]} J in bits times choices, [0] under the true labels. */
    double[] values(Choices choices, int permutations) {
        int pieces = Parallel.pieces(strata.size());
        double[][] partial = new double[pieces][permutations + 1];
        Parallel.run(strata.size(), (piece, from, to) -> {
            Grouping grouping = strata.grouping();
            for (int block = grouping.blockFrom(from); block < grouping.blockFrom(to); block++) {
                if (grouping.end(block) - grouping.start(block) > 1) {
                    new Stratum(strata, block, choices, labellings.domains).add(labellings.labels, partial[piece]);
                }
            }
        });
        double[] sums = new double[permutations + 1];
        for (double[] part : partial) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += part[i];
            }
        }
        return sums;
    }
}
