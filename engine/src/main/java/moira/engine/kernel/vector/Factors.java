package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Lanes.even;
import static moira.engine.kernel.vector.Lanes.evenHalf;
import static moira.engine.kernel.vector.Lanes.odd;
import static moira.engine.kernel.vector.Lanes.oddHalf;
import static moira.engine.kernel.vector.Lanes.toFloat;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
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
        int n = packing.superColumns() / packing.scaleColumns();
        int shift = middle ? packing.middle() - packing.offset() : 0;
        for (int s = 0; s < columns / packing.superColumns(); s++) {
            long base = at + (long) s * packing.superBytes();
            long halves = base + packing.halvesAt() + 2L * lane;
            long bytes = base + packing.scalesAt() + lane;
            int out = to + s * n * Kernels.LANES;
            if (!packing.hasByteScales()) {
                halves(w, halves, scales, out, panel);
                continue;
            }
            bytes(w, halves, bytes, n, scales, out, panel);
            if (packing.hasMinimums()) {
                bytes(w, halves + 2 * Packing.ROWS, bytes + packing.scaleBytes(), n, minimums, out, panel);
                if (shift != 0) {
                    shift(scales, minimums, shift, n, out);
                    shift(scales, minimums, shift, n, out + panel);
                }
            }
        }
    }

    private static void halves(MemorySegment w, long halves, float[] out, int to, int panel) {
        IntVector d = Lanes.pairs(w, halves);
        evenHalf(d).intoArray(out, to);
        oddHalf(d).intoArray(out, to + panel);
    }

    private static void bytes(MemorySegment w, long halves, long bytes, int n, float[] out, int to, int panel) {
        IntVector d = Lanes.pairs(w, halves);
        FloatVector even = evenHalf(d);
        FloatVector odd = oddHalf(d);
        for (int i = 0; i < n; i++) {
            IntVector s = Lanes.signed(w, bytes + i * 32).reinterpretAsInts();
            even.mul(toFloat(even(s))).intoArray(out, to + i * Kernels.LANES);
            odd.mul(toFloat(odd(s))).intoArray(out, to + panel + i * Kernels.LANES);
        }
    }

    private static void shift(float[] scales, float[] minimums, float shift, int n, int at) {
        for (int i = at; i < at + n * Kernels.LANES; i += Kernels.LANES) {
            FloatVector.fromArray(Lanes.FLOATS, minimums, i)
                    .sub(FloatVector.fromArray(Lanes.FLOATS, scales, i).mul(shift))
                    .intoArray(minimums, i);
        }
    }
}
