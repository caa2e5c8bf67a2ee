package moira.engine.tokenizer;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Which two neighbouring symbols merge into which piece, and at which rank: the lowest rank merges first (Sennrich et al.,
 * arXiv 1508.07909, section 3.2). An open-addressing hash table over pairs, since a lookup happens for every pair of every text.
 */
final class MergeTable {
    /** The answer for two symbols that do not merge. */
    static final long NONE = -1;

    /** Two neighbours that become the piece {@code merged}. */
    record Merge(int left, int right, int rank, int merged) {}

    private final Symbols symbols;
    private final List<Merge> list;
    private final Optional<double[]> scores;
    private final long[] pairs;
    private final long[] merges;
    private final boolean crossesSpaces;

    /** @param scores by id, where the ranks were made of them */
    MergeTable(Symbols symbols, List<Merge> list, List<String> pieces, Optional<double[]> scores) {
        this.symbols = symbols;
        this.list = list;
        this.scores = scores;
        int capacity = Integer.highestOneBit(Math.max(4, list.size())) << 2;
        pairs = new long[capacity];
        merges = new long[capacity];
        Arrays.fill(pairs, NONE);
        for (Merge merge : list) {
            long pair = pack(merge.left, merge.right);
            int slot = slot(pair);
            pairs[slot] = pair;
            merges[slot] = pack(merge.rank, merge.merged);
        }
        crossesSpaces = list.stream().anyMatch(merge -> hasInnerSpace(pieces.get(merge.merged)));
    }

    /** All of them, in no order. */
    List<Merge> merges() {
        return Collections.unmodifiableList(list);
    }

    /** The scores that the ranks were made of, by id, unless the file lists merges. */
    Optional<double[]> scores() {
        return scores.map(double[]::clone);
    }

    /** The symbol of a character, or {@link Symbols#NONE}. */
    int symbol(int codePoint) {
        return symbols.of(codePoint);
    }

    /** What two neighbours merge into: see {@link #rank} and {@link #merged}; or {@link #NONE}. */
    long find(int left, int right) {
        if (left == Symbols.NONE || right == Symbols.NONE) {
            return NONE;
        }
        long pair = pack(left, right);
        int slot = slot(pair);
        return pairs[slot] == pair ? merges[slot] : NONE;
    }

    static int rank(long merge) {
        return (int) (merge >>> 32);
    }

    static int merged(long merge) {
        return (int) merge;
    }

    /**
     * Whether some merge joins the end of a word to a space after it. Where none does, as in every vocabulary trained with
     * SentencePiece's default, words can be merged one at a time.
     */
    boolean crossesSpaces() {
        return crossesSpaces;
    }

    private static boolean hasInnerSpace(String piece) {
        for (int i = 1; i < piece.length(); i++) {
            if (piece.charAt(i) == SpacePrefix.SPACE && piece.charAt(i - 1) != SpacePrefix.SPACE) {
                return true;
            }
        }
        return false;
    }

    private static long pack(int high, int low) {
        return ((long) high << 32) | low;
    }

    /** Where a pair is, or the empty slot where it would be. */
    private int slot(long pair) {
        int mask = pairs.length - 1;
        // Fibonacci hashing: the golden ratio spreads neighbouring ids.
        int slot = (int) ((pair * 0x9E3779B97F4A7C15L) >>> 32) & mask;
        while (pairs[slot] != NONE && pairs[slot] != pair) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
