package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Lanes.even;
import static moira.engine.kernel.vector.Lanes.odd;
import static moira.engine.kernel.vector.Lanes.toFloat;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import moira.engine.kernel.Factors;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Kernels;

/** {@link Scaled} for formats whose blocks stand alone. */
final class TileBlocks {
    private TileBlocks() {}

    /** One piece a block, and one scale. */
    static void one(
            short[] pieces,
            int at,
            int stride,
            int n,
            Factors factors,
            int factor,
            float[] scales,
            int block,
            float[] y,
            int yAt) {
        float[] d = factors.scales();
        int panel = factors.panel();
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Kernels.LANES);
        for (int i = 0; i < n; i++) {
            int f = factor + i * Kernels.LANES;
            float scale = scales[block + i];
            IntVector p =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, at + i * stride).reinterpretAsInts();
            even = toFloat(even(p))
                    .fma(FloatVector.fromArray(Lanes.FLOATS, d, f).mul(scale), even);
            odd = toFloat(odd(p))
                    .fma(FloatVector.fromArray(Lanes.FLOATS, d, f + panel).mul(scale), odd);
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + Kernels.LANES);
    }

    /** Two pieces a block, and one scale. */
    static void two(
            short[] pieces,
            int at,
            int stride,
            int n,
            Factors factors,
            int factor,
            float[] scales,
            int block,
            float[] y,
            int yAt) {
        float[] d = factors.scales();
        int panel = factors.panel();
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Kernels.LANES);
        for (int i = 0; i < n; i++) {
            int f = factor + i * Kernels.LANES;
            float scale = scales[block + i];
            int piece = at + 2 * i * stride;
            IntVector p = ShortVector.fromArray(Lanes.SHORTS, pieces, piece).reinterpretAsInts();
            IntVector q =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, piece + stride).reinterpretAsInts();
            even = toFloat(even(p).add(even(q)))
                    .fma(FloatVector.fromArray(Lanes.FLOATS, d, f).mul(scale), even);
            odd = toFloat(odd(p).add(odd(q)))
                    .fma(FloatVector.fromArray(Lanes.FLOATS, d, f + panel).mul(scale), odd);
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + Kernels.LANES);
    }

    /** One piece a block, one scale, one minimum. */
    static void oneAffine(
            short[] pieces,
            int at,
            int stride,
            int n,
            Factors factors,
            int factor,
            Int8Rows x,
            int block,
            float[] y,
            int yAt) {
        float[] d = factors.scales();
        float[] m = factors.minimums();
        int panel = factors.panel();
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Kernels.LANES);
        for (int i = 0; i < n; i++) {
            int f = factor + i * Kernels.LANES;
            FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, x.scales()[block + i]);
            FloatVector correction = FloatVector.broadcast(Lanes.FLOATS, x.corrections()[block + i]);
            FloatVector middle = FloatVector.broadcast(Lanes.FLOATS, -8 * x.corrections()[block + i]);
            IntVector p =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, at + i * stride).reinterpretAsInts();
            even = FloatVector.fromArray(Lanes.FLOATS, d, f)
                    .fma(toFloat(even(p)).fma(scale, middle), even);
            odd = FloatVector.fromArray(Lanes.FLOATS, d, f + panel)
                    .fma(toFloat(odd(p)).fma(scale, middle), odd);
            even = FloatVector.fromArray(Lanes.FLOATS, m, f).fma(correction, even);
            odd = FloatVector.fromArray(Lanes.FLOATS, m, f + panel).fma(correction, odd);
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + Kernels.LANES);
    }

    /** Two pieces a block, one scale, one minimum. */
    static void twoAffine(
            short[] pieces,
            int at,
            int stride,
            int n,
            Factors factors,
            int factor,
            Int8Rows x,
            int block,
            float[] y,
            int yAt) {
        float[] d = factors.scales();
        float[] m = factors.minimums();
        int panel = factors.panel();
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Kernels.LANES);
        for (int i = 0; i < n; i++) {
            int f = factor + i * Kernels.LANES;
            FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, x.scales()[block + i]);
            FloatVector correction = FloatVector.broadcast(Lanes.FLOATS, x.corrections()[block + i]);
            FloatVector middle = FloatVector.broadcast(Lanes.FLOATS, -16 * x.corrections()[block + i]);
            int piece = at + 2 * i * stride;
            IntVector p = ShortVector.fromArray(Lanes.SHORTS, pieces, piece).reinterpretAsInts();
            IntVector q =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, piece + stride).reinterpretAsInts();
            even = FloatVector.fromArray(Lanes.FLOATS, d, f)
                    .fma(toFloat(even(p).add(even(q))).fma(scale, middle), even);
            odd = FloatVector.fromArray(Lanes.FLOATS, d, f + panel)
                    .fma(toFloat(odd(p).add(odd(q))).fma(scale, middle), odd);
            even = FloatVector.fromArray(Lanes.FLOATS, m, f).fma(correction, even);
            odd = FloatVector.fromArray(Lanes.FLOATS, m, f + panel).fma(correction, odd);
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + Kernels.LANES);
    }
}
