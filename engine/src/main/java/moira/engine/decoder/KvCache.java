package moira.engine.decoder;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import moira.engine.checkpoint.DecoderConfig;
import moira.engine.kernel.Kernels;
import moira.engine.matrix.NativeMemory;
import moira.engine.matrix.Scratch;

/**
 * Keys and values of one layer, in blocks of {@value #BLOCK} positions, so that a context takes memory as it grows and nothing is ever
 * copied. A block holds, head after head, the panels that {@link Kernels#product} reads. Scores are keys times a query, so a key is a
 * <em>row</em>: {@code [BLOCK / 16][headWidth][16 positions]}. The output is values times the scores, so a position is a
 * <em>column</em>: {@code [headWidth / 16][BLOCK][16 dimensions]}.
 *
 * <p>In F32; in F16, half the memory and half the time to read it, where activations are rounded to 8 bits anyway.
 */
final class KvCache {
    /** Positions of a block: its scores, and its keys and values in floats, stay in the second-level cache. */
    static final int BLOCK = 128;

    /** The largest power of two of an int. */
    static final int MOST_POSITIONS = 1 << 30;

    private final int kvHeads;
    private final int headWidth;
    private final boolean halves;
    private MemorySegment[] blocks = new MemorySegment[0];
    private int count;

    KvCache(DecoderConfig config, Arithmetic arithmetic) {
        kvHeads = config.kvHeads();
        headWidth = config.headWidth();
        halves = arithmetic.hasInt8();
    }

    /** Bytes of one panel of keys, 16 positions of one head, in floats. */
    long keyPanelBytes() {
        return headWidth * Kernels.COLUMN_BYTES;
    }

    /** Bytes of one panel of values, 16 dimensions of one head at all positions of a block, in floats. */
    static long valuePanelBytes() {
        return BLOCK * Kernels.COLUMN_BYTES;
    }

    /** What the keys and values of so many tokens take in one layer. */
    static long bytes(DecoderConfig config, Arithmetic arithmetic, int positions) {
        KvCache cache = new KvCache(config, arithmetic);
        return Math.ceilDiv(positions, BLOCK) * cache.blockBytes();
    }

    private long blockBytes() {
        return kvHeads * headValues() * (halves ? Short.BYTES : Float.BYTES);
    }

    /** Values of one head in a block, the places behind the last dimension included. */
    private long headValues() {
        return keyValues() + valuePanels() * (long) BLOCK * Kernels.LANES;
    }

    private int valuePanels() {
        return (headWidth + Kernels.LANES - 1) / Kernels.LANES;
    }

    /** Where the values of a head start: behind its keys. */
    private long keyValues() {
        return (long) BLOCK * headWidth;
    }

    /** Makes room for positions {@code [0, positions)}. */
    void reserve(int positions) {
        int needed = Math.ceilDiv(positions, BLOCK);
        if (needed > blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(needed, 2 * blocks.length));
        }
        while (count < needed) {
            // Freed by the garbage collector: a sequence has no end that we are told of.
            blocks[count] = NativeMemory.allocate(Arena.ofAuto(), blockBytes(), "KV cache of " + positions + " tokens");
            count++;
        }
    }

    /** Stores one head's key and value ({@code [headWidth]} each) of a position. */
    void put(int kvHead, int position, float[] key, int keyFrom, float[] value, int valueFrom) {
        MemorySegment block = blocks[position / BLOCK];
        int within = position % BLOCK;
        long k = kvHead * headValues() + (within - within % Kernels.LANES) * (long) headWidth + within % Kernels.LANES;
        long v = kvHead * headValues() + keyValues() + (long) within * Kernels.LANES;
        for (int d = 0; d < headWidth; d++) {
            long ofPanel = d / Kernels.LANES * (long) BLOCK * Kernels.LANES;
            put(block, k + (long) d * Kernels.LANES, key[keyFrom + d]);
            put(block, v + ofPanel + d % Kernels.LANES, value[valueFrom + d]);
        }
    }

    private void put(MemorySegment block, long index, float value) {
        if (halves) {
            block.setAtIndex(ValueLayout.JAVA_SHORT, index, Float.floatToFloat16(value));
        } else {
            block.setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
        }
    }

    /**
     * Memory in which a head's keys and values of a block lie in floats: from {@link #keysAt}, {@link #valuesAt}.
     *
     * @param positions of the block, from its first, that will be looked at
     * @param scratch the calling worker's; what is returned may lie in it until its next use
     */
    MemorySegment floats(Kernels kernels, int block, int kvHead, int positions, Scratch scratch) {
        MemorySegment stored = blocks[block];
        if (!halves) {
            return stored;
        }
        MemorySegment floats = scratch.panels(headValues() * Float.BYTES);
        long from = kvHead * headValues();
        int rows = Math.ceilDiv(positions, Kernels.LANES) * Kernels.LANES;
        widen(kernels, stored, from, floats, 0, rows * headWidth);
        for (int p = 0; p < valuePanels(); p++) {
            long panel = keyValues() + p * (long) BLOCK * Kernels.LANES;
            widen(kernels, stored, from + panel, floats, panel, positions * Kernels.LANES);
        }
        return floats;
    }

    private static void widen(Kernels kernels, MemorySegment halves, long at, MemorySegment floats, long to, int n) {
        kernels.widen(halves, at * Short.BYTES, floats, to * Float.BYTES, n);
    }

    /** The byte of {@link #floats} where the panel of keys starts that holds a position of the block, a multiple of 16. */
    long keysAt(int kvHead, int within) {
        return (start(kvHead) + (long) within * headWidth) * Float.BYTES;
    }

    /** The byte of {@link #floats} where the values of a position of the block are in their first panel. */
    long valuesAt(int kvHead, int within) {
        return (start(kvHead) + keyValues() + (long) within * Kernels.LANES) * Float.BYTES;
    }

    private long start(int kvHead) {
        return halves ? 0 : kvHead * headValues();
    }
}
