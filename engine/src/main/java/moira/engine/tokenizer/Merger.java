package moira.engine.tokenizer;

import java.util.Arrays;

/**
 * Merges the characters of a stretch of text, the lowest rank first and the leftmost among equals, in O(n log n): symbols are a
 * linked list in arrays, candidate merges wait in a queue, and a candidate that an earlier merge overtook is dropped when its
 * turn comes. Reused from stretch to stretch.
 */
final class Merger {
    private static final int END = -1;

    private final MergeTable merges;
    private final MergeQueue queue = new MergeQueue();
    private int[] symbols = new int[64];
    private int[] offsets = new int[64];
    private int[] previous = new int[64];
    private int[] next = new int[64];

    /** Takes the symbols that are left, from left to right. */
    interface Sink {
        /** @param offset where in the text the symbol starts */
        void accept(int symbol, int offset);
    }

    Merger(MergeTable merges) {
        this.merges = merges;
    }

    void merge(String text, int from, int to, Sink sink) {
        link(text, from, to);
        while (!queue.isEmpty()) {
            long candidate = queue.removeLeast();
            int left = (int) candidate;
            long merge = candidate(left);
            if (merge != MergeTable.NONE && MergeTable.rank(merge) == (int) (candidate >>> 32)) {
                join(left, MergeTable.merged(merge));
            }
        }
        for (int i = 0; i != END; i = next[i]) {
            sink.accept(symbols[i], offsets[i]);
        }
    }

    private void link(String text, int from, int to) {
        reserve(to - from);
        int count = 0;
        for (int i = from, c; i < to; i += Character.charCount(c)) {
            c = text.codePointAt(i);
            symbols[count] = merges.symbol(c);
            offsets[count] = i;
            previous[count] = count - 1;
            next[count] = ++count;
        }
        next[count - 1] = END;
        for (int i = 0; i < count; i++) {
            propose(i);
        }
    }

    private void reserve(int length) {
        if (length > symbols.length) {
            int capacity = Math.max(length, 2 * symbols.length);
            symbols = Arrays.copyOf(symbols, capacity);
            offsets = Arrays.copyOf(offsets, capacity);
            previous = Arrays.copyOf(previous, capacity);
            next = Arrays.copyOf(next, capacity);
        }
    }

    private long candidate(int left) {
        int right = next[left];
        return right == END ? MergeTable.NONE : merges.find(symbols[left], symbols[right]);
    }

    private void propose(int left) {
        long merge = candidate(left);
        if (merge != MergeTable.NONE) {
            queue.add(((long) MergeTable.rank(merge) << 32) | left);
        }
    }

    private void join(int left, int merged) {
        int right = next[left];
        symbols[left] = merged;
        symbols[right] = Symbols.NONE;
        next[left] = next[right];
        if (next[left] != END) {
            previous[next[left]] = left;
        }
        propose(left);
        if (left > 0) {
            propose(previous[left]);
        }
    }
}
