package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Lanes.even;
import static moira.engine.kernel.vector.Lanes.evenBfloat16;
import static moira.engine.kernel.vector.Lanes.evenNormalHalf;
import static moira.engine.kernel.vector.Lanes.odd;
import static moira.engine.kernel.vector.Lanes.oddBfloat16;
import static moira.engine.kernel.vector.Lanes.oddNormalHalf;
import static moira.engine.kernel.vector.Lanes.toFloat;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.Packing;

/**
 * {@link ScaledPacked} for formats whose blocks stand alone, each with a scale of 16 bits, and some with a minimum. Pieces of a block
 * come one after the other.
 */
final class ScaledBlocks {
    private ScaledBlocks() {}

    /** One piece a block, and a half. */
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
            even = toFloat(even(p)).fma(evenNormalHalf(d).mul(scale), even);
            odd = toFloat(odd(p)).fma(oddNormalHalf(d).mul(scale), odd);
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + Kernels.LANES);
    }

    /** Two pieces a block, and a half. */
    static void halvesOfTwo(
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
            int piece = at + 2 * i * stride;
            IntVector p = ShortVector.fromArray(Lanes.SHORTS, pieces, piece).reinterpretAsInts();
            IntVector q =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, piece + stride).reinterpretAsInts();
            float scale = scales[block + i];
            even = toFloat(even(p).add(even(q))).fma(evenNormalHalf(d).mul(scale), even);
            odd = toFloat(odd(p).add(odd(q))).fma(oddNormalHalf(d).mul(scale), odd);
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + Kernels.LANES);
    }

    /** Two pieces a block, and the upper half of a float. */
    static void bfloatsOfTwo(
            short[] pieces,
            int at,
            int stride,
            int n,
            MemorySegment w,
            long bfloats,
            int bfloatStride,
            float[] scales,
            int block,
            float[] y,
            int yAt) {
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Kernels.LANES);
        for (int i = 0; i < n; i++) {
            IntVector d = Lanes.pairs(w, bfloats + (long) i * bfloatStride);
            int piece = at + 2 * i * stride;
            IntVector p = ShortVector.fromArray(Lanes.SHORTS, pieces, piece).reinterpretAsInts();
            IntVector q =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, piece + stride).reinterpretAsInts();
            float scale = scales[block + i];
            even = toFloat(even(p).add(even(q))).fma(evenBfloat16(d).mul(scale), even);
            odd = toFloat(odd(p).add(odd(q))).fma(oddBfloat16(d).mul(scale), odd);
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + Kernels.LANES);
    }

    /** One piece a block, a half, and a half minimum. */
    static void affine(
            short[] pieces,
            int at,
            int stride,
            int n,
            MemorySegment w,
            long halves,
            int halfStride,
            float[] scales,
            float[] corrections,
            int block,
            float[] y,
            int yAt) {
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Kernels.LANES);
        for (int i = 0; i < n; i++) {
            long half = halves + (long) i * halfStride;
            IntVector d = Lanes.pairs(w, half);
            IntVector m = Lanes.pairs(w, half + Packing.HALVES);
            IntVector p =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, at + i * stride).reinterpretAsInts();
            FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, scales[block + i]);
            FloatVector correction = FloatVector.broadcast(Lanes.FLOATS, corrections[block + i]);
            FloatVector middle = FloatVector.broadcast(Lanes.FLOATS, -8 * corrections[block + i]);
            even = evenNormalHalf(m)
                    .fma(correction, evenNormalHalf(d).fma(toFloat(even(p)).fma(scale, middle), even));
            odd = oddNormalHalf(m)
                    .fma(correction, oddNormalHalf(d).fma(toFloat(odd(p)).fma(scale, middle), odd));
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + Kernels.LANES);
    }

    /** Two pieces a block, a half, and a half minimum. */
    static void affineOfTwo(
            short[] pieces,
            int at,
            int stride,
            int n,
            MemorySegment w,
            long halves,
            int halfStride,
            float[] scales,
            float[] corrections,
            int block,
            float[] y,
            int yAt) {
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Kernels.LANES);
        for (int i = 0; i < n; i++) {
            long half = halves + (long) i * halfStride;
            IntVector d = Lanes.pairs(w, half);
            IntVector m = Lanes.pairs(w, half + Packing.HALVES);
            int piece = at + 2 * i * stride;
            IntVector p = ShortVector.fromArray(Lanes.SHORTS, pieces, piece).reinterpretAsInts();
            IntVector q =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, piece + stride).reinterpretAsInts();
            FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, scales[block + i]);
            FloatVector correction = FloatVector.broadcast(Lanes.FLOATS, corrections[block + i]);
            FloatVector middle = FloatVector.broadcast(Lanes.FLOATS, -16 * corrections[block + i]);
            FloatVector evenValue = toFloat(even(p).add(even(q))).fma(scale, middle);
            FloatVector oddValue = toFloat(odd(p).add(odd(q))).fma(scale, middle);
            even = evenNormalHalf(m).fma(correction, evenNormalHalf(d).fma(evenValue, even));
            odd = oddNormalHalf(m).fma(correction, oddNormalHalf(d).fma(oddValue, odd));
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + Kernels.LANES);
    }
}
