package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Lanes.even;
import static moira.engine.kernel.vector.Lanes.odd;
import static moira.engine.kernel.vector.Lanes.toFloat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import moira.engine.kernel.Accelerator;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.Packing;
import moira.engine.kernel.ScalarBfloat16;

/** Rounding to bfloat16 with vectors: a 32-bit lane holds a pair of columns of one row, so that no lane moves. */
final class Bfloat16Vector {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private Bfloat16Vector() {}

    /** In the upper half of each lane, nearest, ties to even; what the lower half then holds does not count. */
    static IntVector round(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        return bits.add(bits.lanewise(VectorOperators.LSHR, 16).and(1).add(0x7FFF));
    }

    static IntVector pair(FloatVector first, FloatVector second) {
        return round(first).lanewise(VectorOperators.LSHR, 16).or(round(second).and(0xFFFF_0000));
    }

    static void values(float[] x, int at, int n, MemorySegment out, long outAt) {
        int i = 0;
        for (; i + Width.WIDTH <= n; i += Width.WIDTH) {
            round(FloatVector.fromArray(Lanes.FLOATS, x, at + i))
                    .lanewise(VectorOperators.LSHR, 16)
                    .convertShape(VectorOperators.I2S, Lanes.HALF_SHORTS, 0)
                    .reinterpretAsShorts()
                    .intoMemorySegment(out, outAt + 2L * i, ORDER);
        }
        for (; i < n; i++) {
            out.set(ValueLayout.JAVA_SHORT, outAt + 2L * i, ScalarBfloat16.round(x[at + i]));
        }
    }

    static void codes(
            Packing packing,
            MemorySegment codes,
            int columns,
            float[] scales,
            float[] minimums,
            MemorySegment out,
            long outAt) {
        int step = packing.scaleColumns();
        int panel = columns / step * Kernels.LANES;
        for (int lane = 0; lane < Packing.ROWS; lane += Lanes.COUNT) {
            long to = outAt + lane / 2 * 4L;
            for (int c = 0; c < columns; c += step) {
                long from = c * Kernels.COLUMN_BYTES + lane * (long) Short.BYTES;
                int factor = c / step * Kernels.LANES + lane / 2;
                long pair = to + c / 2 * Accelerator.PAIR_BYTES;
                if (packing.hasMinimums()) {
                    scaleAndShift(packing, codes, from, step, scales, minimums, factor, panel, out, pair);
                } else {
                    scale(packing, codes, from, step, scales, factor, panel, out, pair);
                }
            }
        }
    }

    private static void scale(
            Packing packing,
            MemorySegment codes,
            long from,
            int columns,
            float[] scales,
            int factor,
            int panel,
            MemorySegment out,
            long to) {
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, scales, factor);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, scales, factor + panel);
        short shift = (short) (packing.middle() - packing.offset());
        for (int c = 0; c < columns; c += 2) {
            IntVector q0 = lanes(codes, from + c * Kernels.COLUMN_BYTES, shift);
            IntVector q1 = lanes(codes, from + (c + 1) * Kernels.COLUMN_BYTES, shift);
            long at = to + c / 2 * Accelerator.PAIR_BYTES;
            pair(toFloat(even(q0)).mul(even), toFloat(even(q1)).mul(even)).intoMemorySegment(out, at, ORDER);
            pair(toFloat(odd(q0)).mul(odd), toFloat(odd(q1)).mul(odd))
                    .intoMemorySegment(out, at + Kernels.COLUMN_BYTES, ORDER);
        }
    }

    private static void scaleAndShift(
            Packing packing,
            MemorySegment codes,
            long from,
            int columns,
            float[] scales,
            float[] minimums,
            int factor,
            int panel,
            MemorySegment out,
            long to) {
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, scales, factor);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, scales, factor + panel);
        FloatVector evenMinimum = FloatVector.fromArray(Lanes.FLOATS, minimums, factor);
        FloatVector oddMinimum = FloatVector.fromArray(Lanes.FLOATS, minimums, factor + panel);
        short shift = (short) (packing.middle() - packing.offset());
        for (int c = 0; c < columns; c += 2) {
            IntVector q0 = lanes(codes, from + c * Kernels.COLUMN_BYTES, shift);
            IntVector q1 = lanes(codes, from + (c + 1) * Kernels.COLUMN_BYTES, shift);
            long at = to + c / 2 * Accelerator.PAIR_BYTES;
            pair(
                            toFloat(even(q0)).mul(even).sub(evenMinimum),
                            toFloat(even(q1)).mul(even).sub(evenMinimum))
                    .intoMemorySegment(out, at, ORDER);
            pair(
                            toFloat(odd(q0)).mul(odd).sub(oddMinimum),
                            toFloat(odd(q1)).mul(odd).sub(oddMinimum))
                    .intoMemorySegment(out, at + Kernels.COLUMN_BYTES, ORDER);
        }
    }

    private static IntVector lanes(MemorySegment codes, long at, short shift) {
        return ShortVector.fromMemorySegment(Lanes.SHORTS, codes, at, ORDER)
                .add(shift)
                .reinterpretAsInts();
    }

    static void panel(MemorySegment panel, long at, int columns, MemorySegment out, long outAt) {
        for (int lane = 0; lane < Kernels.LANES; lane += Width.WIDTH) {
            long from = at + lane * (long) Float.BYTES;
            long to = outAt + lane * 4L;
            for (int c = 0; c < columns; c += 2) {
                pair(
                                FloatVector.fromMemorySegment(
                                        Lanes.FLOATS, panel, from + c * Kernels.COLUMN_BYTES, ORDER),
                                FloatVector.fromMemorySegment(
                                        Lanes.FLOATS, panel, from + (c + 1) * Kernels.COLUMN_BYTES, ORDER))
                        .intoMemorySegment(out, to + c / 2 * Accelerator.PAIR_BYTES, ORDER);
            }
        }
    }
}
