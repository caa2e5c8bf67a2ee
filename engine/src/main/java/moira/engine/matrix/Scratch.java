package moira.engine.matrix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import moira.engine.kernel.Packing;
import moira.engine.kernel.Unpacked;

/** Memory of one worker, grown to the largest need seen and kept. */
public final class Scratch {
    private MemorySegment panels = MemorySegment.NULL;
    private MemorySegment pairs = MemorySegment.NULL;
    private MemorySegment sums = MemorySegment.NULL;
    private float[] rows = new float[0];
    private float[] scores = new float[0];
    private float[] scales = new float[0];
    private float[] minimums = new float[0];

    /** Native memory for the panels of one block. */
    MemorySegment panels(long bytes) {
        if (panels.byteSize() < bytes) {
            panels = NativeMemory.allocate(Arena.ofAuto(), bytes, "panels of a block");
        }
        return panels;
    }

    /** Native memory for weights in bfloat16. */
    MemorySegment pairs(long bytes) {
        if (pairs.byteSize() < bytes) {
            pairs = NativeMemory.allocate(Arena.ofAuto(), bytes, "weights in bfloat16");
        }
        return pairs;
    }

    /** Native memory for what an accelerator sums up. */
    MemorySegment sums(long bytes) {
        if (sums.byteSize() < bytes) {
            sums = NativeMemory.allocate(Arena.ofAuto(), bytes, "sums of products");
        }
        return sums;
    }

    /** Rows of a tensor on their way into a panel. */
    float[] rows(int length) {
        if (rows.length < length) {
            rows = new float[length];
        }
        return rows;
    }

    /** Attention scores of the heads that share a key. */
    public float[] scores(int length) {
        if (scores.length < length) {
            scores = new float[Math.max(length, 2 * scores.length)];
        }
        return scores;
    }

    /** Room for unpacked codes and their factors. */
    Unpacked unpacked(Packing packing, boolean shorts, int columns) {
        int factors = Unpacked.factors(packing, columns);
        if (scales.length < factors) {
            scales = new float[factors];
            minimums = new float[factors];
        }
        return new Unpacked(packing, panels(Unpacked.codeBytes(columns)), shorts, columns, scales, minimums);
    }
}
