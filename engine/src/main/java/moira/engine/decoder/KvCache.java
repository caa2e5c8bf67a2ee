package moira.engine.decoder;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import moira.engine.checkpoint.DecoderConfig;
import moira.engine.kernel.Kernels;

/**
 * Keys and values of one layer, F32, in the panels that {@link Kernels#product} reads. Scores are keys times a query, so a
 * key is a <em>row</em>: {@code [kvHead][position / 16][headWidth][16 positions]}. The output is values times the scores, so a
 * position is a <em>column</em>: {@code [kvHead][headWidth / 16][position][16 dimensions]}.
 *
 * <p>Grows by doubling, so a long context costs memory only once it is used.
 */
final class KvCache {
    private static final int FIRST_CAPACITY = 256;

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
        int grown = Math.max(FIRST_CAPACITY, capacity);
        while (grown < positions) {
            grown *= 2;
        }
        Arena arena = Arena.ofAuto();
        MemorySegment newKeys = arena.allocate(kvHeads * (grown / Kernels.LANES) * keyPanelBytes(), 64);
        MemorySegment newValues = arena.allocate((long) kvHeads * valuePanels * grown * Kernels.COLUMN_BYTES, 64);
        if (capacity > 0) {
            spread(keys, newKeys, kvHeads);
            spread(values, newValues, kvHeads * valuePanels);
        }
        keys = newKeys;
        values = newValues;
        capacity = grown;
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
