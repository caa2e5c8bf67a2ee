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
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.Packing;

/**
 * {@link Scaled} for one token, with factors as they lie in memory: for want of other tokens to share them they are worth no place
 * of their own.
 */
final class ScaledPacked {
    /** Of a super-block. */
    private static final int BLOCKS = 8;

    private ScaledPacked() {}

    /** Of a super-block with minimums, one piece a block: sums to be multiplied with its halves, see {@link #superBlock}. */
    static void fours(
            short[] pieces,
            int at,
            int stride,
            MemorySegment w,
            long bytes,
            int byteStride,
            Int8Rows x,
            int block,
            float[] sums) {
        float[] scales = x.scales();
        float[] corrections = x.corrections();
        FloatVector even = FloatVector.zero(Lanes.FLOATS);
        FloatVector odd = even;
        FloatVector evenMinimums = even;
        FloatVector oddMinimums = even;
        for (int i = 0; i < BLOCKS; i++) {
            FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, scales[block + i]);
            FloatVector correction = FloatVector.broadcast(Lanes.FLOATS, corrections[block + i]);
            FloatVector middle = FloatVector.broadcast(Lanes.FLOATS, -8 * corrections[block + i]);
            IntVector p =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, at + i * stride).reinterpretAsInts();
            long from = bytes + (long) i * byteStride;
            IntVector s = Lanes.signed(w, from).reinterpretAsInts();
            IntVector t = Lanes.signed(w, from + Packing.PAIRED).reinterpretAsInts();
            even = toFloat(even(p)).fma(scale, middle).fma(toFloat(even(s)), even);
            odd = toFloat(odd(p)).fma(scale, middle).fma(toFloat(odd(s)), odd);
            evenMinimums = toFloat(even(t)).fma(correction, evenMinimums);
            oddMinimums = toFloat(odd(t)).fma(correction, oddMinimums);
        }
        even.intoArray(sums, 0);
        odd.intoArray(sums, Kernels.LANES);
        evenMinimums.intoArray(sums, 2 * Kernels.LANES);
        oddMinimums.intoArray(sums, 3 * Kernels.LANES);
    }

    /** The same with two pieces a block. */
    static void fives(
            short[] pieces,
            int at,
            int stride,
            MemorySegment w,
            long bytes,
            int byteStride,
            Int8Rows x,
            int block,
            float[] sums) {
        float[] scales = x.scales();
        float[] corrections = x.corrections();
        FloatVector even = FloatVector.zero(Lanes.FLOATS);
        FloatVector odd = even;
        FloatVector evenMinimums = even;
        FloatVector oddMinimums = even;
        for (int i = 0; i < BLOCKS; i++) {
            FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, scales[block + i]);
            FloatVector correction = FloatVector.broadcast(Lanes.FLOATS, corrections[block + i]);
            FloatVector middle = FloatVector.broadcast(Lanes.FLOATS, -16 * corrections[block + i]);
            int piece = at + 2 * i * stride;
            IntVector p = ShortVector.fromArray(Lanes.SHORTS, pieces, piece).reinterpretAsInts();
            IntVector q =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, piece + stride).reinterpretAsInts();
            long from = bytes + (long) i * byteStride;
            IntVector s = Lanes.signed(w, from).reinterpretAsInts();
            IntVector t = Lanes.signed(w, from + Packing.PAIRED).reinterpretAsInts();
            even = toFloat(even(p).add(even(q))).fma(scale, middle).fma(toFloat(even(s)), even);
            odd = toFloat(odd(p).add(odd(q))).fma(scale, middle).fma(toFloat(odd(s)), odd);
            evenMinimums = toFloat(even(t)).fma(correction, evenMinimums);
            oddMinimums = toFloat(odd(t)).fma(correction, oddMinimums);
        }
        even.intoArray(sums, 0);
        odd.intoArray(sums, Kernels.LANES);
        evenMinimums.intoArray(sums, 2 * Kernels.LANES);
        oddMinimums.intoArray(sums, 3 * Kernels.LANES);
    }

    /** Of a super-block with two scales a block, two pieces each, and no minimums. */
    static void sixes(
            short[] pieces,
            int at,
            int stride,
            MemorySegment w,
            long bytes,
            int byteStride,
            Int8Rows x,
            int block,
            float[] sums) {
        float[] scales = x.scales();
        FloatVector even = FloatVector.zero(Lanes.FLOATS);
        FloatVector odd = even;
        for (int i = 0; i < 2 * BLOCKS; i++) {
            FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, scales[block + i / 2]);
            int piece = at + 2 * i * stride;
            IntVector p = ShortVector.fromArray(Lanes.SHORTS, pieces, piece).reinterpretAsInts();
            IntVector q =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, piece + stride).reinterpretAsInts();
            long from = bytes + (long) (i / 2) * byteStride + i % 2 * Packing.PAIRED;
            IntVector s = Lanes.signed(w, from).reinterpretAsInts();
            even = toFloat(even(p).add(even(q))).mul(scale).fma(toFloat(even(s)), even);
            odd = toFloat(odd(p).add(odd(q))).mul(scale).fma(toFloat(odd(s)), odd);
        }
        even.intoArray(sums, 0);
        odd.intoArray(sums, Kernels.LANES);
    }

    /** Adds sums of a super-block, times one of its halves. */
    static void superBlock(float[] sums, int at, MemorySegment w, long half, float[] y, int yAt) {
        IntVector d = Lanes.pairs(w, half);
        evenHalf(d)
                .fma(FloatVector.fromArray(Lanes.FLOATS, sums, at), FloatVector.fromArray(Lanes.FLOATS, y, yAt))
                .intoArray(y, yAt);
        oddHalf(d)
                .fma(
                        FloatVector.fromArray(Lanes.FLOATS, sums, at + Kernels.LANES),
                        FloatVector.fromArray(Lanes.FLOATS, y, yAt + Kernels.LANES))
                .intoArray(y, yAt + Kernels.LANES);
    }
}
