package moira.routing.information;

/**
 * Sums of n log2 n over the cells of a table of counts. A permutation of the experts within every document leaves all margins as they
 * are, so of an information only this sum differs.
 */
final class Cells {
    private Cells() {}

    /**
     * Of a table with few rows.
     *
     * @param row of each token, -1 leaves it out
     * @param x experts of each token
     */
    static double sum(int[] row, short[] x, Choices choices, int rows) {
        return sum(counts(row, x, choices, rows));
    }

    /** Of a table with few rows, less the same of its margins: the information in bits times choices. */
    static double information(int[] row, short[] x, Choices choices, int rows) {
        int[] counts = counts(row, x, choices, rows);
        int[] byRow = new int[rows];
        int[] byExpert = new int[choices.experts()];
        int all = 0;
        for (int cell = 0; cell < counts.length; cell++) {
            byRow[cell / byExpert.length] += counts[cell];
            byExpert[cell % byExpert.length] += counts[cell];
            all += counts[cell];
        }
        return sum(counts) - sum(byRow) - sum(byExpert) + NLog2N.of(all);
    }

    private static int[] counts(int[] row, short[] x, Choices choices, int rows) {
        int k = choices.perToken();
        int[] counts = new int[rows * choices.experts()];
        for (int i = 0; i < row.length; i++) {
            if (row[i] >= 0) {
                for (int at = i * k; at < i * k + k; at++) {
                    counts[row[i] * choices.experts() + x[at]]++;
                }
            }
        }
        return counts;
    }

    private static double sum(int[] counts) {
        double sum = 0;
        for (int count : counts) {
            sum += NLog2N.of(count);
        }
        return sum;
    }

    /**
     * Of a table with many rows, which are gone through one by one.
     *
     * @param sums [0] becomes the sum over the blocks, [1] over the runs
     */
    static void sum(Grouping rows, short[] x, Choices choices, double[] sums) {
        int[] block = new int[choices.experts()];
        int[] run = new int[choices.experts()];
        double blocks = 0;
        double runs = 0;
        for (int b = 0; b < rows.blockCount(); b++) {
            int start = rows.start(b);
            int end = rows.end(b);
            if (end - start > 1) {
                for (int r = rows.blocks[b]; r < rows.blocks[b + 1]; r++) {
                    if (rows.runs[r + 1] - rows.runs[r] > 1) {
                        count(rows, rows.runs[r], rows.runs[r + 1], x, choices, run);
                        runs += take(rows, rows.runs[r], rows.runs[r + 1], x, choices, run, block);
                    } else {
                        count(rows, rows.runs[r], rows.runs[r + 1], x, choices, block);
                    }
                }
                blocks += take(rows, start, end, x, choices, block, null);
            }
        }
        sums[0] = blocks;
        sums[1] = runs;
    }

    private static void count(Grouping rows, int start, int end, short[] x, Choices choices, int[] counts) {
        int k = choices.perToken();
        for (int i = start; i < end; i++) {
            int first = rows.order[i] * k;
            for (int at = first; at < first + k; at++) {
                counts[x[at]]++;
            }
        }
    }

    /** Sums up, clears, and adds to the counts of the block. Goes through the experts, or where they are more through the tokens. */
    private static double take(
            Grouping rows, int start, int end, short[] x, Choices choices, int[] counts, int[] block) {
        int k = choices.perToken();
        double sum = 0;
        if ((end - start) * k >= choices.experts()) {
            for (int expert = 0; expert < counts.length; expert++) {
                sum += take(counts, expert, block);
            }
        } else {
            for (int i = start; i < end; i++) {
                int first = rows.order[i] * k;
                for (int at = first; at < first + k; at++) {
                    sum += take(counts, x[at], block);
                }
            }
        }
        return sum;
    }

    private static double take(int[] counts, int expert, int[] block) {
        int n = counts[expert];
        counts[expert] = 0;
        if (block != null) {
            block[expert] += n;
        }
        return NLog2N.of(n);
    }
}
