package moira.engine.decoder;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import moira.engine.architecture.AttentionSpec;
import moira.engine.kernel.Kernels;
import moira.engine.matrix.NativeMemory;
import moira.engine.matrix.Scratch;

/**
 * Keys and values of one layer, in blocks of {@value #BLOCK} positions, so that a context takes memory as it grows and nothing is ever
 * copied. A block holds, head after head, the panels that {@link Kernels#product} and {@link Kernels#productOfHalves} read. Scores are keys times a query, so a key is a
 * <em>row</em>: {@code [BLOCK / 16][keyWidth][16 positions]}. The output is values times the scores, so a position is a
 * <em>column</em>: {@code [valueWidth / 16][BLOCK][16 dimensions]}.
 *
 * <p>In F32; in F16, half the memory and half the time to read it, where activations are rounded to 8 bits anyway.
 */
final class KvCache {
    /** Positions of a block: its scores, and its keys and values in floats, stay in the second-level cache. */
    static final int BLOCK = 128;

    /** The most blocks that are made before they are needed: 8 MB of a layer of Mixtral, in halves. */
    private static final int MOST_AHEAD = 8;

    /** The largest power of two of an int. */
    static final int MOST_POSITIONS = 1 << 30;

    private final int kvHeads;
    private final int keyWidth;
    private final int valueWidth;
    private final boolean halves;
    private final Arena memory;
    /** Blocks that need not be exceeded ahead of need. */
    private final int enough;

    private MemorySegment[] blocks = new MemorySegment[0];
    private int count;

    /**
     * @param length positions that are expected at most
     * @param memory in which the blocks are
     */
    KvCache(AttentionSpec spec, Arithmetic arithmetic, int length, Arena memory) {
        this.memory = memory;
        enough = Math.ceilDiv(length, BLOCK);
        kvHeads = spec.cachedHeads();
        keyWidth = spec.keyWidth();
        valueWidth = spec.valueWidth();
        halves = arithmetic.hasInt8();
    }

    /** What the keys and values of so many tokens take in one layer. */
    static long bytes(AttentionSpec spec, Arithmetic arithmetic, int positions) {
        KvCache cache = new KvCache(spec, arithmetic, positions, null);
        return Math.ceilDiv(positions, BLOCK) * cache.blockBytes();
    }

    /** Bytes that are taken. */
    long bytes() {
        return count * blockBytes();
    }

    private long blockBytes() {
        return kvHeads * headValues() * (halves ? Short.BYTES : Float.BYTES);
    }

    /** Values of one head in a block, the places behind the last dimension included. */
    private long headValues() {
        return keyValues() + valuePanels() * (long) BLOCK * Kernels.LANES;
    }

    private int valuePanels() {
        return (valueWidth + Kernels.LANES - 1) / Kernels.LANES;
    }

    /** Where the values of a head start: behind its keys. */
    private long keyValues() {
        return (long) BLOCK * keyWidth;
    }

    /** Makes room for positions {@code [0, positions)}, and for some more: small pieces of memory get no huge pages. */
    void reserve(int positions) {
        int needed = Math.ceilDiv(positions, BLOCK) - count;
        if (needed <= 0) {
            return;
        }
        int ahead = Math.min(Math.min(count, MOST_AHEAD), enough - count);
        int more = Math.max(needed, ahead);
        if (count + more > blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(count + more, 2 * blocks.length));
        }
        MemorySegment allocated =
                NativeMemory.allocate(memory, more * blockBytes(), "KV cache of " + positions + " tokens");
        for (int i = 0; i < more; i++) {
            blocks[count] = allocated.asSlice(i * blockBytes(), blockBytes());
            count++;
        }
    }

    /** Stores one head's key {@code [keyWidth]} and value {@code [valueWidth]} of a position. */
    void put(int kvHead, int position, float[] key, int keyFrom, float[] value, int valueFrom) {
        MemorySegment block = blocks[position / BLOCK];
        int within = position % BLOCK;
        long k = kvHead * headValues() + (within - within % Kernels.LANES) * (long) keyWidth + within % Kernels.LANES;
        long v = kvHead * headValues() + keyValues() + (long) within * Kernels.LANES;
        for (int d = 0; d < keyWidth; d++) {
            put(block, k + (long) d * Kernels.LANES, key[keyFrom + d]);
        }
        for (int d = 0; d < valueWidth; d++) {
            long ofPanel = d / Kernels.LANES * (long) BLOCK * Kernels.LANES;
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

    /** A block as it is kept: the memory for {@link #scores} and {@link #weightedValues} where few queries read it. */
    MemorySegment block(int block) {
        return blocks[block];
    }

    /**
     * Memory in which a head's keys and values of a block lie in floats, for {@link #scores} and {@link #weightedValues} of many
     * queries.
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
        widen(kernels, stored, from, floats, 0, rows * keyWidth);
        for (int p = 0; p < valuePanels(); p++) {
            long panel = keyValues() + p * (long) BLOCK * Kernels.LANES;
            widen(kernels, stored, from + panel, floats, panel, positions * Kernels.LANES);
        }
        return floats;
    }

    private static void widen(Kernels kernels, MemorySegment halves, long at, MemorySegment floats, long to, int n) {
        kernels.widen(halves, at * Short.BYTES, floats, to * Float.BYTES, n);
    }

    /**
     * {@code scores[q][r] = query[q] . key[within + r]}.
     *
     * @param memory of {@link #block} or {@link #floats}
     * @param widened whether it is of {@link #floats}
     * @param within the first position in its block, a multiple of 16
     * @param rows positions, a multiple of 16
     * @param query {@code [queries][keyWidth]}
     * @param scores {@code [queries][rows]}, overwritten
     */
    void scores(
            Kernels kernels,
            MemorySegment memory,
            boolean widened,
            int kvHead,
            int within,
            int rows,
            float[] query,
            int queries,
            float[] scores) {
        product(
                kernels,
                memory,
                widened,
                start(kvHead, widened) + (long) within * keyWidth,
                keyWidth,
                rows,
                keyWidth,
                query,
                0,
                keyWidth,
                queries,
                scores,
                0,
                rows);
    }

    /**
     * {@code out[q] = sum over p of weights[q][p] * value[within + p]}.
     *
     * @param memory of {@link #block} or {@link #floats}
     * @param widened whether it is of {@link #floats}
     * @param within the first position in its block
     * @param weights {@code [queries][positions]} from {@code weightsAt}, {@code stride} apart
     * @param out {@code [queries][valueWidth]} from {@code outAt}, {@code outStride} apart; overwritten
     */
    void weightedValues(
            Kernels kernels,
            MemorySegment memory,
            boolean widened,
            int kvHead,
            int within,
            int positions,
            float[] weights,
            int weightsAt,
            int stride,
            int queries,
            float[] out,
            int outAt,
            int outStride) {
        product(
                kernels,
                memory,
                widened,
                start(kvHead, widened) + keyValues() + (long) within * Kernels.LANES,
                BLOCK,
                valueWidth,
                positions,
                weights,
                weightsAt,
                stride,
                queries,
                out,
                outAt,
                outStride);
    }

    /** {@link Kernels#product} of what lies at value {@code at}, in panels that have room for {@code panelColumns}. */
    private void product(
            Kernels kernels,
            MemorySegment memory,
            boolean widened,
            long at,
            int panelColumns,
            int rows,
            int columns,
            float[] x,
            int xAt,
            int xStride,
            int tokens,
            float[] y,
            int yAt,
            int yStride) {
        long panel = (long) panelColumns * Kernels.LANES;
        if (halves && !widened) {
            kernels.productOfHalves(
                    memory,
                    at * Short.BYTES,
                    panel * Short.BYTES,
                    rows,
                    columns,
                    x,
                    xAt,
                    xStride,
                    tokens,
                    y,
                    yAt,
                    yStride);
        } else {
            kernels.product(
                    memory,
                    at * Float.BYTES,
                    panel * Float.BYTES,
                    rows,
                    columns,
                    x,
                    xAt,
                    xStride,
                    tokens,
                    y,
                    yAt,
                    yStride);
        }
    }

    /** Where a head starts; a widened one lies alone. */
    private long start(int kvHead, boolean widened) {
        return halves && widened ? 0 : kvHead * headValues();
    }
}
