package moira.engine.decoder;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import moira.engine.checkpoint.DecoderConfig;
import moira.engine.kernel.Kernels;
import moira.engine.matrix.NativeMemory;

/**
 * Keys and values of one layer, F32, in the panels that {@link Kernels#product} reads. Scores are keys times a query, so a
 * key is a <em>row</em>: {@code [kvHead][position / 16][headWidth][16 positions]}. The output is values times the scores, so a
 * position is a <em>column</em>: {@code [kvHead][headWidth / 16][position][16 dimensions]}.
 *
 * <p>Grows by doubling, so a long context costs memory only once it is used.
 */
final class KvCache {
    private static final int FIRST_CAPACITY = 256;

    /** The largest power of two of an int. */
    static final int MOST_POSITIONS = 1 << 30;

    private final int kvHeads;
    private final int headWidth;
    private final int valuePanels;
    private int capacity;
    private MemorySegment keys;
    private MemorySegment values;

    KvCache(DecoderConfig config) {
        kvHeads = config.kvHeads();
        headWidth = config.headWidth();
        valuePanels = (headWidth + Kernels.LANES - 1) / Kernels.LANES;
    }

    MemorySegment keys() {
        return keys;
    }

    MemorySegment values() {
        return values;
    }

    /** Bytes of one panel of keys: 16 positions of one head. */
    long keyPanelBytes() {
        return headWidth * Kernels.COLUMN_BYTES;
    }

    /** Bytes of one panel of values: 16 dimensions of one head at all positions. */
    long valuePanelBytes() {
        return capacity * Kernels.COLUMN_BYTES;
    }

    /** Where the panel starts that holds the keys of a position; {@code position} is a multiple of 16. */
    long keyAt(int kvHead, int position) {
        return ((long) kvHead * capacity / Kernels.LANES + position / Kernels.LANES) * keyPanelBytes();
    }

    /** Where a head's values of a position are in its first panel. */
    long valueAt(int kvHead, int position) {
        return kvHead * valuePanels * valuePanelBytes() + position * Kernels.COLUMN_BYTES;
    }

    /** Makes room for positions {@code [0, positions)}. */
    void reserve(int positions) {
        if (positions <= capacity) {
            return;
        }
        int grown = capacity(positions);
        Arena arena = Arena.ofAuto();
        MemorySegment newKeys = NativeMemory.allocate(arena, keyBytes(grown), "KV cache of " + positions + " tokens");
        MemorySegment newValues =
                NativeMemory.allocate(arena, valueBytes(grown), "KV cache of " + positions + " tokens");
        if (capacity > 0) {
            spread(keys, newKeys, kvHeads);
            spread(values, newValues, kvHeads * valuePanels);
        }
        keys = newKeys;
        values = newValues;
        capacity = grown;
    }

    /** The next power of two, so a multiple of the positions of a panel. */
    private static int capacity(int positions) {
        return Math.max(FIRST_CAPACITY, Integer.highestOneBit(2 * positions - 1));
    }

    private long keyBytes(int positions) {
        return (long) kvHeads * (positions / Kernels.LANES) * keyPanelBytes();
    }

    private long valueBytes(int positions) {
        return (long) kvHeads * valuePanels * positions * Kernels.COLUMN_BYTES;
    }

    /** What the keys and values of so many tokens take in one layer. */
    static long bytes(DecoderConfig config, int positions) {
        KvCache cache = new KvCache(config);
        return cache.keyBytes(capacity(positions)) + cache.valueBytes(capacity(positions));
    }

    /** Copies equal pieces, each to the start of its larger new place. */
    private static void spread(MemorySegment from, MemorySegment to, int pieces) {
        long fromBytes = from.byteSize() / pieces;
        long toBytes = to.byteSize() / pieces;
        for (int i = 0; i < pieces; i++) {
            MemorySegment.copy(from, i * fromBytes, to, i * toBytes, fromBytes);
        }
    }

    /** Stores one head's key and value ({@code [headWidth]} each) of a position. */
    void put(int kvHead, int position, float[] key, int keyFrom, float[] value, int valueFrom) {
        long k = keyAt(kvHead, position) + (long) (position % Kernels.LANES) * Float.BYTES;
        for (int d = 0; d < headWidth; d++) {
            keys.set(ValueLayout.JAVA_FLOAT, k + d * Kernels.COLUMN_BYTES, key[keyFrom + d]);
        }
        for (int d = 0; d < headWidth; d += Kernels.LANES) {
            long v = valueAt(kvHead, position) + d / Kernels.LANES * valuePanelBytes();
            int n = Math.min(Kernels.LANES, headWidth - d);
            MemorySegment.copy(value, valueFrom + d, values, ValueLayout.JAVA_FLOAT, v, n);
        }
    }
}
