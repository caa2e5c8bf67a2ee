package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Lanes.even;
import static moira.engine.kernel.vector.Lanes.evenHalf;
import static moira.engine.kernel.vector.Lanes.odd;
import static moira.engine.kernel.vector.Lanes.oddHalf;
import static moira.engine.kernel.vector.Lanes.toFloat;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import moira.engine.kernel.Kernels;

/**
 * What sums in 16 bits are worth, one scale after the other ({@link moira.engine.kernel.PackedKernels}), added to the floats of one
 * token's rows.
 *
 * <p>In all methods, pieces of one vector of lanes come {@code [n][stride]} from {@code at}; factors of its even lanes {@code [n][16]}
 * from {@code factor}, those of its odd lanes a panel further; floats of its even lanes from {@code y[yAt]}, those of its odd lanes
 * 16 further.
 */
final class Scaled {
    private Scaled() {}

    /** One piece a block, and one scale, a half in memory: in the same step as it is read, for want of factors to share it. */
    static void halves(
            short[] pieces,
            int at,
            int stride,
            int n,
            MemorySegment w,
            long halves,
            int halfStride,
            float[] scales,
            int block,
            float[] y,
            int yAt) {
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Kernels.LANES);
        for (int i = 0; i < n; i++) {
            IntVector d = Lanes.pairs(w, halves + (long) i * halfStride);
            IntVector p =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, at + i * stride).reinterpretAsInts();
            float scale = scales[block + i];
            even = toFloat(even(p)).fma(evenHalf(d).mul(scale), even);
            odd = toFloat(odd(p)).fma(oddHalf(d).mul(scale), odd);
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + Kernels.LANES);
    }

    /** One piece a scale, one scale a block. */
    static void single(
            short[] pieces,
            int at,
            int stride,
            int n,
            float[] factors,
            int factor,
            int panel,
            float[] scales,
            int block,
            float[] y,
            int yAt) {
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Kernels.LANES);
        for (int i = 0; i < n; i++) {
            int f = factor + i * Kernels.LANES;
            float scale = scales[block + i];
            IntVector p =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, at + i * stride).reinterpretAsInts();
            even = toFloat(even(p))
                    .fma(FloatVector.fromArray(Lanes.FLOATS, factors, f).mul(scale), even);
            odd = toFloat(odd(p))
                    .fma(FloatVector.fromArray(Lanes.FLOATS, factors, f + panel).mul(scale), odd);
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + Kernels.LANES);
    }

    /** Two pieces a scale, and {@code 2^shift} scales a block. */
    static void pair(
            short[] pieces,
            int at,
            int stride,
            int n,
            float[] factors,
            int factor,
            int panel,
            float[] scales,
            int block,
            int shift,
            float[] y,
            int yAt) {
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Kernels.LANES);
        for (int i = 0; i < n; i++) {
            int from = at + 2 * i * stride;
            IntVector p = ShortVector.fromArray(Lanes.SHORTS, pieces, from).reinterpretAsInts();
            IntVector q =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, from + stride).reinterpretAsInts();
            int f = factor + i * Kernels.LANES;
            float scale = scales[block + (i >> shift)];
            even = toFloat(even(p).add(even(q)))
                    .fma(FloatVector.fromArray(Lanes.FLOATS, factors, f).mul(scale), even);
            odd = toFloat(odd(p).add(odd(q)))
                    .fma(FloatVector.fromArray(Lanes.FLOATS, factors, f + panel).mul(scale), odd);
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + Kernels.LANES);
    }

    /** What the minimums of a super-block's eight blocks take off. */
    static void minimums(float[] minimums, int factor, int panel, float[] corrections, int block, float[] y, int yAt) {
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Kernels.LANES);
        for (int i = 0; i < 8; i++) {
            FloatVector c = FloatVector.broadcast(Lanes.FLOATS, corrections[block + i]);
            int f = factor + i * Kernels.LANES;
            even = FloatVector.fromArray(Lanes.FLOATS, minimums, f).fma(c, even);
            odd = FloatVector.fromArray(Lanes.FLOATS, minimums, f + panel).fma(c, odd);
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + Kernels.LANES);
    }
}
