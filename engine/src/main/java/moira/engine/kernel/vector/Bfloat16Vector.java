package moira.engine.kernel.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import moira.engine.kernel.Accelerator;
import moira.engine.kernel.Kernels;
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
