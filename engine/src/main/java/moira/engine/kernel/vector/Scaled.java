package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Lanes.even;
import static moira.engine.kernel.vector.Lanes.odd;
import static moira.engine.kernel.vector.Lanes.toFloat;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import moira.engine.kernel.Kernels;

/**
 * What sums in 16 bits are worth: added to the floats of the even lanes' rows and of the odd ones', one scale after the other
 * ({@link moira.engine.kernel.PackedKernels}).
 */
final class Scaled {
    private Scaled() {}

    /**
     * One piece a scale, one scale a block.
     *
     * @param pieces {@code [n]} vectors from {@code at}, {@code stride} apart
     * @param factors of the even lanes from {@code factor}; those of the odd ones are {@code panel} further
     * @param scales of the activations, {@code [n]} from {@code block}
     * @param y the even lanes' floats; the odd ones' are {@code half} further
     */
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
            int yAt,
            int half) {
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, y, yAt + half);
        for (int i = 0; i < n; i++) {
            IntVector p =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, at + i * stride).reinterpretAsInts();
            int f = factor + i * Kernels.LANES;
            float scale = scales[block + i];
            even = toFloat(even(p))
                    .fma(FloatVector.fromArray(Lanes.FLOATS, factors, f).mul(scale), even);
            odd = toFloat(odd(p))
                    .fma(FloatVector.fromArray(Lanes.FLOATS, factors, f + panel).mul(scale), odd);
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + half);
    }

    /** The same with two pieces a scale, and {@code 2^shift} scales a block. */
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
            int yAt,
            int half) {
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, y, yAt + half);
        for (int i = 0; i < n; i++) {
            IntVector p = ShortVector.fromArray(Lanes.SHORTS, pieces, at + 2 * i * stride)
                    .reinterpretAsInts();
            IntVector q = ShortVector.fromArray(Lanes.SHORTS, pieces, at + (2 * i + 1) * stride)
                    .reinterpretAsInts();
            int f = factor + i * Kernels.LANES;
            float scale = scales[block + (i >> shift)];
            even = toFloat(even(p).add(even(q)))
                    .fma(FloatVector.fromArray(Lanes.FLOATS, factors, f).mul(scale), even);
            odd = toFloat(odd(p).add(odd(q)))
                    .fma(FloatVector.fromArray(Lanes.FLOATS, factors, f + panel).mul(scale), odd);
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + half);
    }

    /** What the minimums of a super-block's blocks take off. */
    static void minimums(
            float[] minimums, int factor, int panel, float[] corrections, int block, float[] y, int yAt, int half) {
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, y, yAt + half);
        for (int i = 0; i < 8; i++) {
            FloatVector c = FloatVector.broadcast(Lanes.FLOATS, corrections[block + i]);
            int f = factor + i * Kernels.LANES;
            even = FloatVector.fromArray(Lanes.FLOATS, minimums, f).fma(c, even);
            odd = FloatVector.fromArray(Lanes.FLOATS, minimums, f + panel).fma(c, odd);
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + half);
    }
}
