package moira.engine.matrix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import moira.engine.kernel.Factors;
import moira.engine.kernel.Packing;
import moira.engine.kernel.Unpacked;

/** Memory of one worker, grown to the largest need seen and kept. */
public final class Scratch {
    private MemorySegment panels = MemorySegment.NULL;
    private MemorySegment pairs = MemorySegment.NULL;
    private MemorySegment sums = MemorySegment.NULL;
    private float[] rows = new float[0];
    private float[] queries = new float[0];
    private float[] scores = new float[0];
    private float[] partials = new float[0];
    private final Factors factors = new Factors();
    /** All that were asked for, in the memory above: a step of decoding, which asks again and again, is to allocate nothing. */
    private final List<Unpacked> unpacked = new ArrayList<>();

    /** Native memory for the panels of one block, of weights or of keys and values. */
    public MemorySegment panels(long bytes) {
        if (panels.byteSize() < bytes) {
            panels = NativeMemory.allocate(Arena.ofAuto(), bytes, "panels of a block");
            unpacked.clear();
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
        rows = atLeast(rows, length);
        return rows;
    }

    /** Attention scores of the heads that share a key, for one block of positions. */
    public float[] scores(int length) {
        scores = atLeast(scores, length);
        return scores;
    }

    /** Queries that share a key, side by side. */
    public float[] queries(int length) {
        queries = atLeast(queries, length);
        return queries;
    }

    /** Partial results of attention. */
    public float[] partials(int length) {
        partials = atLeast(partials, length);
        return partials;
    }

    private static float[] atLeast(float[] array, int length) {
        return array.length < length ? new float[length] : array;
    }

    /** Room for unpacked codes and their factors. */
    Unpacked unpacked(Packing packing, boolean shorts, int columns) {
        factors.reshape(packing, columns);
        MemorySegment codes = panels(Unpacked.codeBytes(columns));
        for (int i = 0; i < unpacked.size(); i++) {
            Unpacked u = unpacked.get(i);
            if (u.packing() == packing && u.shorts() == shorts && u.columns() == columns) {
                return u;
            }
        }
        Unpacked made = new Unpacked(packing, codes, shorts, columns, factors);
        unpacked.add(made);
        return made;
    }
}
