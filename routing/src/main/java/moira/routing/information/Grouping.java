package moira.routing.information;

import java.util.Arrays;

/** Tokens sorted into blocks (what is conditioned on), and within a block into runs (what the expert is paired with). */
final class Grouping {
    /** Token indices, block by block, run by run. */
    final int[] order;

    /** {@code [runs + 1]} where each begins in the order. */
    final int[] runs;

    /** {@code [blocks + 1]} the first run of each block. */
    final int[] blocks;

    private Grouping(int[] order, int[] runs, int[] blocks) {
        this.order = order;
        this.runs = runs;
        this.blocks = blocks;
    }

    /**
     * @param block of each token, or null: all in one
     * @param run of each token; -1 leaves it out
     */
    static Grouping of(int[] block, int[] run) {
        int[] sorted = sort(present(run), run);
        return block == null ? cut(sorted, new int[run.length], run) : cut(sort(sorted, block), block, run);
    }

    private static int[] present(int[] run) {
        int[] present = new int[run.length];
        int n = 0;
        for (int i = 0; i < run.length; i++) {
            present[n] = i;
            n += run[i] >= 0 ? 1 : 0;
        }
        return Arrays.copyOf(present, n);
    }

    /** Stable, by counting. */
    private static int[] sort(int[] tokens, int[] key) {
        int[] next = new int[Texts.count(key) + 1];
        for (int token : tokens) {
            next[key[token] + 1]++;
        }
        Arrays.parallelPrefix(next, Integer::sum);
        int[] sorted = new int[tokens.length];
        for (int token : tokens) {
            sorted[next[key[token]]++] = token;
        }
        return sorted;
    }

    private static Grouping cut(int[] order, int[] block, int[] run) {
        int[] runs = new int[order.length + 1];
        int[] blocks = new int[order.length + 1];
        int r = 0;
        int b = 0;
        for (int i = 0; i < order.length; i++) {
            boolean newBlock = i == 0 || block[order[i]] != block[order[i - 1]];
            if (newBlock) {
                blocks[b++] = r;
            }
            if (newBlock || run[order[i]] != run[order[i - 1]]) {
                runs[r++] = i;
            }
        }
        runs[r] = order.length;
        blocks[b] = r;
        return new Grouping(order, Arrays.copyOf(runs, r + 1), Arrays.copyOf(blocks, b + 1));
    }

    int blockCount() {
        return blocks.length - 1;
    }

    int start(int block) {
        return runs[blocks[block]];
    }

    int end(int block) {
        return runs[blocks[block + 1]];
    }

    /** The first block that begins at this place of the order or behind it. */
    int blockFrom(int place) {
        int low = 0;
        int high = blockCount();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (start(middle) < place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
