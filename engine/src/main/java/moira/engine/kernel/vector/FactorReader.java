package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Lanes.even;
import static moira.engine.kernel.vector.Lanes.evenBfloat16;
import static moira.engine.kernel.vector.Lanes.evenHalf;
import static moira.engine.kernel.vector.Lanes.odd;
import static moira.engine.kernel.vector.Lanes.oddBfloat16;
import static moira.engine.kernel.vector.Lanes.oddHalf;
import static moira.engine.kernel.vector.Lanes.toFloat;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import moira.engine.kernel.Factors;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.Packing;

/** {@link Factors} of some lanes of a group: those of the even lanes are one panel, those of the odd ones the next. */
final class FactorReader {
    private FactorReader() {}

    /**
     * Of all super-blocks of some columns.
     *
     * @param at where the first super-block starts
     * @param lane the first lane of a vector
     */
    static void read(Packing packing, MemorySegment w, long at, int lane, int columns, Factors to) {
        int supers = columns / packing.superColumns();
        int stride = packing.superBytes();
        long halves = at + packing.halfAt(lane);
        if (packing.scales() == 0) {
            int first = Lanes.rows(lane, to.panel());
            if (packing.hasLevels()) {
                bfloats(w, halves, stride, supers, to.scales(), first, to.panel());
            } else {
                halves(w, halves, stride, supers, to.scales(), first, to.panel());
            }
            if (packing.hasMinimums()) {
                halves(w, halves + Packing.HALVES, stride, supers, to.minimums(), first, to.panel());
            }
            return;
        }
        int first = Lanes.rows(lane, to.superPanel());
        halves(w, halves, stride, supers, to.superScales(), first, to.superPanel());
        if (packing.hasMinimums()) {
            halves(w, halves + Packing.HALVES, stride, supers, to.superMinimums(), first, to.superPanel());
        }
        for (int s = 0; s < supers; s++) {
            bytes(packing, w, at + packing.scaleAt(0, lane) + (long) s * stride, s, lane, to);
        }
    }

    /** Of one super-block. */
    private static void bytes(Packing packing, MemorySegment w, long at, int superBlock, int lane, Factors to) {
        int stride = packing.blockBytes();
        int n = packing.blocks();
        int ofBlock = packing.scales() / n;
        int first = Lanes.rows(lane, to.panel()) + superBlock * packing.scales() * Kernels.LANES;
        for (int i = 0; i < ofBlock; i++) {
            long scales = at + (long) i * Packing.PAIRED;
            int scale = first + i * Kernels.LANES;
            bytes(w, scales, stride, n, to.scales(), scale, ofBlock * Kernels.LANES, to.panel());
        }
        if (packing.hasMinimums()) {
            bytes(w, at + Packing.PAIRED, stride, n, to.minimums(), first, Kernels.LANES, to.panel());
        }
    }

    private static void halves(MemorySegment w, long at, int stride, int n, float[] out, int to, int panel) {
        for (int i = 0; i < n; i++) {
            IntVector d = Lanes.pairs(w, at + (long) i * stride);
            evenHalf(d).intoArray(out, to + i * Kernels.LANES);
            oddHalf(d).intoArray(out, to + panel + i * Kernels.LANES);
        }
    }

    private static void bfloats(MemorySegment w, long at, int stride, int n, float[] out, int to, int panel) {
        for (int i = 0; i < n; i++) {
            IntVector d = Lanes.pairs(w, at + (long) i * stride);
            evenBfloat16(d).intoArray(out, to + i * Kernels.LANES);
            oddBfloat16(d).intoArray(out, to + panel + i * Kernels.LANES);
        }
    }

    private static void bytes(MemorySegment w, long at, int stride, int n, float[] out, int to, int step, int panel) {
        for (int i = 0; i < n; i++) {
            IntVector s = Lanes.signed(w, at + (long) i * stride).reinterpretAsInts();
            toFloat(even(s)).intoArray(out, to + i * step);
            toFloat(odd(s)).intoArray(out, to + panel + i * step);
        }
    }
}
