package moira.routing.information;

/**
 * What an effect of units and one of domains, of variance 1 each, add to the sum of squares between labels, less what a blind draw
 * would expect of it: the coefficients of the two variances in the mean of J (docs/information.md).
 */
final class DesignSums {
    /** Of the effect of domains, without any null. */
    double effect;

    double units;
    double domains;

    /** Labels of each stratum, less one. */
    double freedom;

    private final Strata strata;
    private final int[] labels;
    private final int[] truth;
    private final int count;

    /** {@code [labels]}, {@code [domains]} and {@code [labels * domains]} of the stratum; zeros between strata. */
    private final double[] byLabel;

    private final double[] byDomain;
    private final double[] byBoth;

    private DesignSums(Strata strata, int[] labels, int[] truth) {
        this.strata = strata;
        this.labels = labels;
        this.truth = truth;
        this.count = Texts.count(truth);
        this.byLabel = new double[count];
        this.byDomain = new double[count];
        this.byBoth = new double[count * count];
    }

    /**
     * @param labels {@code [units]} as they are given
     * @param truth {@code [units]} as the effect follows them
     */
    static DesignSums of(Strata strata, int[] labels, int[] truth) {
        DesignSums sums = new DesignSums(strata, labels, truth);
        Grouping grouping = strata.grouping();
        for (int block = 0; block < grouping.blockCount(); block++) {
            if (grouping.end(block) - grouping.start(block) > 1) {
                sums.add(
                        grouping.blocks[block],
                        grouping.blocks[block + 1],
                        grouping.end(block) - grouping.start(block));
            }
        }
        return sums;
    }

    private void add(int from, int to, double n) {
        for (int run = from; run < to; run++) {
            int unit = strata.unit(run);
            byLabel[labels[unit]] += strata.size(run);
            byDomain[truth[unit]] += strata.size(run);
            byBoth[labels[unit] * count + truth[unit]] += strata.size(run);
        }
        double unitSquares = 0;
        double unitsInLabels = 0;
        double domainsInLabels = 0;
        double domainSquares = 0;
        int present = 0;
        for (int run = from; run < to; run++) {
            int label = labels[strata.unit(run)];
            int cell = label * count + truth[strata.unit(run)];
            double square = (double) strata.size(run) * strata.size(run);
            unitSquares += square;
            unitsInLabels += square / byLabel[label];
            domainsInLabels += byBoth[cell] * byBoth[cell] / byLabel[label];
            byBoth[cell] = 0;
        }
        for (int i = 0; i < count; i++) {
            present += byLabel[i] > 0 ? 1 : 0;
            domainSquares += byDomain[i] * byDomain[i];
            byLabel[i] = 0;
            byDomain[i] = 0;
        }
        double blind = (present - 1) / (n - 1);
        freedom += present - 1;
        effect += n - domainSquares / n;
        units += unitsInLabels - unitSquares / n - blind * (n - unitSquares / n);
        domains += domainsInLabels - domainSquares / n - blind * (n - domainSquares / n);
    }
}
