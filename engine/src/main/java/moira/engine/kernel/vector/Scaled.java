package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Lanes.even;
import static moira.engine.kernel.vector.Lanes.odd;
import static moira.engine.kernel.vector.Lanes.toFloat;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.Packing;

/**
 * What sums in 16 bits are worth, one scale after the other ({@link moira.engine.kernel.PackedKernels}), added to the floats of one
 * token's rows. Both groups at a time: four chains of sums that do not wait for each other.
 *
 * <p>In all methods, pieces come {@code [n][stride]}, the left group's lanes from {@code at} and the right one's behind them;
 * factors of the left group's even lanes from {@code factor}, those of the next 16 rows always {@code panel} further; floats of the
 * left group's even lanes from {@code yAt}, those of the next 16 rows 16 further.
 */
final class Scaled {
    private Scaled() {}

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
        FloatVector even0 = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd0 = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Kernels.LANES);
        FloatVector even1 = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Packing.ROWS);
        FloatVector odd1 = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Packing.ROWS + Kernels.LANES);
        for (int i = 0; i < n; i++) {
            int p = at + i * stride;
            int f = factor + i * Kernels.LANES;
            float scale = scales[block + i];
            IntVector left = ShortVector.fromArray(Lanes.SHORTS, pieces, p).reinterpretAsInts();
            even0 = toFloat(even(left))
                    .fma(FloatVector.fromArray(Lanes.FLOATS, factors, f).mul(scale), even0);
            odd0 = toFloat(odd(left))
                    .fma(FloatVector.fromArray(Lanes.FLOATS, factors, f + panel).mul(scale), odd0);
            IntVector right =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, p + Lanes.COUNT).reinterpretAsInts();
            even1 = toFloat(even(right))
                    .fma(
                            FloatVector.fromArray(Lanes.FLOATS, factors, f + 2 * panel)
                                    .mul(scale),
                            even1);
            odd1 = toFloat(odd(right))
                    .fma(
                            FloatVector.fromArray(Lanes.FLOATS, factors, f + 3 * panel)
                                    .mul(scale),
                            odd1);
        }
        even0.intoArray(y, yAt);
        odd0.intoArray(y, yAt + Kernels.LANES);
        even1.intoArray(y, yAt + Packing.ROWS);
        odd1.intoArray(y, yAt + Packing.ROWS + Kernels.LANES);
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
        for (int group = 0; group < 2; group++) {
            FloatVector even = FloatVector.fromArray(Lanes.FLOATS, y, yAt + group * Packing.ROWS);
            FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, y, yAt + group * Packing.ROWS + Kernels.LANES);
            for (int i = 0; i < n; i++) {
                int from = at + 2 * i * stride + group * Lanes.COUNT;
                IntVector p = ShortVector.fromArray(Lanes.SHORTS, pieces, from).reinterpretAsInts();
                IntVector q = ShortVector.fromArray(Lanes.SHORTS, pieces, from + stride)
                        .reinterpretAsInts();
                int f = factor + 2 * group * panel + i * Kernels.LANES;
                float scale = scales[block + (i >> shift)];
                even = toFloat(even(p).add(even(q)))
                        .fma(FloatVector.fromArray(Lanes.FLOATS, factors, f).mul(scale), even);
                odd = toFloat(odd(p).add(odd(q)))
                        .fma(
                                FloatVector.fromArray(Lanes.FLOATS, factors, f + panel)
                                        .mul(scale),
                                odd);
            }
            even.intoArray(y, yAt + group * Packing.ROWS);
            odd.intoArray(y, yAt + group * Packing.ROWS + Kernels.LANES);
        }
    }

    /** What the minimums of a super-block's eight blocks take off. */
    static void minimums(float[] minimums, int factor, int panel, float[] corrections, int block, float[] y, int yAt) {
        FloatVector even0 = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd0 = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Kernels.LANES);
        FloatVector even1 = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Packing.ROWS);
        FloatVector odd1 = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Packing.ROWS + Kernels.LANES);
        for (int i = 0; i < 8; i++) {
            FloatVector c = FloatVector.broadcast(Lanes.FLOATS, corrections[block + i]);
            int f = factor + i * Kernels.LANES;
            even0 = FloatVector.fromArray(Lanes.FLOATS, minimums, f).fma(c, even0);
            odd0 = FloatVector.fromArray(Lanes.FLOATS, minimums, f + panel).fma(c, odd0);
            even1 = FloatVector.fromArray(Lanes.FLOATS, minimums, f + 2 * panel).fma(c, even1);
            odd1 = FloatVector.fromArray(Lanes.FLOATS, minimums, f + 3 * panel).fma(c, odd1);
        }
        even0.intoArray(y, yAt);
        odd0.intoArray(y, yAt + Kernels.LANES);
        even1.intoArray(y, yAt + Packing.ROWS);
        odd1.intoArray(y, yAt + Packing.ROWS + Kernels.LANES);
    }
}
