package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Lanes.even;
import static moira.engine.kernel.vector.Lanes.evenHalf;
import static moira.engine.kernel.vector.Lanes.odd;
import static moira.engine.kernel.vector.Lanes.oddHalf;
import static moira.engine.kernel.vector.Lanes.toFloat;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.Packing;

/** Scales and minimums of some lanes of a group, in floats: those of the even lanes, and a panel further those of the odd ones. */
final class Factors {
    private Factors() {}

    /**
     * Of all super-blocks of some columns.
     *
     * @param at where the first super-block starts
     * @param lane the first lane
     * @param middle whether minimums are those of codes counted from their middle ({@link moira.engine.kernel.Unpacked})
     * @param to where the even lanes' first factors go
     */
    static void read(
            Packing packing,
            MemorySegment w,
            long at,
            int lane,
            int columns,
            boolean middle,
            float[] scales,
            float[] minimums,
            int to,
            int panel) {
        int supers = columns / packing.superColumns();
        if (packing.scales() == 0) {
            halves(w, at + packing.halfAt(lane), packing.superBytes(), supers, scales, to, panel);
            return;
        }
        int n = packing.superColumns() / packing.scaleColumns();
        for (int s = 0; s < supers; s++) {
            long base = at + (long) s * packing.superBytes();
            long halves = base + packing.halfAt(lane);
            long bytes = base + packing.scaleAt(0, lane);
            int out = to + s * n * Kernels.LANES;
            if (packing.hasMinimums() && middle) {
                middle(packing, w, halves, bytes, n, scales, minimums, out, panel);
                continue;
            }
            bytes(packing, w, halves, bytes, n, scales, out, panel);
            if (packing.hasMinimums()) {
                bytes(packing, w, halves + Packing.HALVES, bytes + Packing.PAIRED, n, minimums, out, panel);
            }
        }
    }

    private static void halves(MemorySegment w, long halves, int stride, int n, float[] out, int to, int panel) {
        for (int i = 0; i < n; i++) {
            IntVector d = Lanes.pairs(w, halves + (long) i * stride);
            evenHalf(d).intoArray(out, to + i * Kernels.LANES);
            oddHalf(d).intoArray(out, to + panel + i * Kernels.LANES);
        }
    }

    private static void bytes(
            Packing packing, MemorySegment w, long halves, long bytes, int n, float[] out, int to, int panel) {
        IntVector d = Lanes.pairs(w, halves);
        FloatVector even = evenHalf(d);
        FloatVector odd = oddHalf(d);
        int shift = n == packing.blocks() ? 0 : 1;
        int stride = packing.blockBytes();
        for (int i = 0; i < n; i++) {
            long scale = bytes + (long) (i >> shift) * stride + (i & shift) * Packing.PAIRED;
            IntVector s = Lanes.signed(w, scale).reinterpretAsInts();
            even.mul(toFloat(even(s))).intoArray(out, to + i * Kernels.LANES);
            odd.mul(toFloat(odd(s))).intoArray(out, to + panel + i * Kernels.LANES);
        }
    }

    /** Scales, and minimums of codes counted from their middle: {@code m t - middle (d s)}. */
    private static void middle(
            Packing packing,
            MemorySegment w,
            long halves,
            long bytes,
            int n,
            float[] scales,
            float[] minimums,
            int to,
            int panel) {
        IntVector d = Lanes.pairs(w, halves);
        IntVector m = Lanes.pairs(w, halves + Packing.HALVES);
        FloatVector evenD = evenHalf(d);
        FloatVector oddD = oddHalf(d);
        FloatVector evenM = evenHalf(m);
        FloatVector oddM = oddHalf(m);
        float middle = packing.middle();
        int stride = packing.blockBytes();
        for (int i = 0; i < n; i++) {
            int at = to + i * Kernels.LANES;
            IntVector s = Lanes.signed(w, bytes + (long) i * stride).reinterpretAsInts();
            IntVector t =
                    Lanes.signed(w, bytes + Packing.PAIRED + (long) i * stride).reinterpretAsInts();
            // Spelt out: of more helpers than this C2 leaves some as calls. Six bits have no sign.
            FloatVector evenS = (FloatVector) s.and(0xFFFF).convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
            FloatVector oddS = (FloatVector)
                    s.lanewise(VectorOperators.LSHR, 16).convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
            FloatVector evenT = (FloatVector) t.and(0xFFFF).convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
            FloatVector oddT = (FloatVector)
                    t.lanewise(VectorOperators.LSHR, 16).convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
            FloatVector even = evenD.mul(evenS);
            FloatVector odd = oddD.mul(oddS);
            even.intoArray(scales, at);
            odd.intoArray(scales, at + panel);
            evenM.mul(evenT).sub(even.mul(middle)).intoArray(minimums, at);
            oddM.mul(oddT).sub(odd.mul(middle)).intoArray(minimums, at + panel);
        }
    }
}
