package moira.routing.information;

/**
 * The plug-in value of I(expert; run | block), and what each unit contributes to it.
 *
 * @param sums {@code [units]} of log2 p(x | run, block) / p(x | block) over the unit's choices
 * @param sizes {@code [units]} its choices
 */
@SuppressWarnings("ArrayRecordComponent")
record Plugin(double bits, double[] sums, double[] sizes) {
    static Plugin of(Grouping grouping, Choices choices, int[] units, int unitCount) {
        double[] sums = new double[unitCount];
        double[] sizes = new double[unitCount];
        int[] all = new int[choices.experts()];
        int[] one = new int[choices.experts()];
        for (int block = 0; block < grouping.blockCount(); block++) {
            count(grouping, choices, grouping.start(block), grouping.end(block), all, 1);
            double n = NLog2N.log2(grouping.end(block) - grouping.start(block));
            for (int run = grouping.blocks[block]; run < grouping.blocks[block + 1]; run++) {
                int start = grouping.runs[run];
                int end = grouping.runs[run + 1];
                count(grouping, choices, start, end, one, 1);
                for (int i = start; i < end; i++) {
                    int token = grouping.order[i];
                    double ratio = ratio(choices, token, one, all, n - NLog2N.log2(end - start));
                    sums[units[token]] += ratio;
                    sizes[units[token]] += choices.perToken();
                }
                count(grouping, choices, start, end, one, -1);
            }
            count(grouping, choices, grouping.start(block), grouping.end(block), all, -1);
        }
        return new Plugin(total(sums) / total(sizes), sums, sizes);
    }

    private static void count(Grouping grouping, Choices choices, int start, int end, int[] counts, int by) {
        for (int i = start; i < end; i++) {
            int at = grouping.order[i] * choices.perToken();
            for (int choice = 0; choice < choices.perToken(); choice++) {
                counts[choices.of()[at + choice]] += by;
            }
        }
    }

    /** Of all choices of a token. */
    private static double ratio(Choices choices, int token, int[] one, int[] all, double scale) {
        double sum = choices.perToken() * scale;
        for (int choice = 0; choice < choices.perToken(); choice++) {
            int expert = choices.of()[token * choices.perToken() + choice];
            sum += NLog2N.log2(one[expert]) - NLog2N.log2(all[expert]);
        }
        return sum;
    }

    /** Of the entropy of the experts. */
    static Plugin entropy(Choices choices, int[] units, int unitCount) {
        double[] sums = new double[unitCount];
        double[] sizes = new double[unitCount];
        int[] counts = new int[choices.experts()];
        for (short expert : choices.of()) {
            counts[expert]++;
        }
        for (int i = 0; i < choices.of().length; i++) {
            int unit = units[i / choices.perToken()];
            sums[unit] -= NLog2N.log2((double) counts[choices.of()[i]] / choices.of().length);
            sizes[unit]++;
        }
        return new Plugin(total(sums) / total(sizes), sums, sizes);
    }

    private static double total(double[] values) {
        double total = 0;
        for (double value : values) {
            total += value;
        }
        return total;
    }

    double size() {
        return total(sizes);
    }
}
