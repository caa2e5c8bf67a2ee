package moira.train.vocabulary;

import java.util.Arrays;

/** From two neighbouring symbols to the number of a candidate: an open-addressing hash table, since learning asks it all the time. */
final class PairTable {
    static final int NONE = -1;

    private long[] pairs = new long[1 << 16];
    private int[] candidates = new int[pairs.length];
    private int size;

    PairTable() {
        Arrays.fill(pairs, NONE);
    }

    int find(int left, int right) {
        long pair = pack(left, right);
        int slot = slot(pair);
        return pairs[slot] == pair ? candidates[slot] : NONE;
    }

    void put(int left, int right, int candidate) {
        if (2 * size >= pairs.length) {
            grow();
        }
        long pair = pack(left, right);
        int slot = slot(pair);
        pairs[slot] = pair;
        candidates[slot] = candidate;
        size++;
    }

    private void grow() {
        long[] oldPairs = pairs;
        int[] oldCandidates = candidates;
        pairs = new long[2 * oldPairs.length];
        candidates = new int[pairs.length];
        Arrays.fill(pairs, NONE);
        for (int i = 0; i < oldPairs.length; i++) {
            if (oldPairs[i] != NONE) {
                int slot = slot(oldPairs[i]);
                pairs[slot] = oldPairs[i];
                candidates[slot] = oldCandidates[i];
            }
        }
    }

    private static long pack(int left, int right) {
        return ((long) left << 32) | right;
    }

    /** Where a pair is, or the empty slot where it would be; Fibonacci hashing. */
    private int slot(long pair) {
        int mask = pairs.length - 1;
        int slot = (int) ((pair * 0x9E3779B97F4A7C15L) >>> 32) & mask;
        while (pairs[slot] != NONE && pairs[slot] != pair) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
