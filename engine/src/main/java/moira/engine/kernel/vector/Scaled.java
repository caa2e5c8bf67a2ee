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
import moira.engine.kernel.Packing;

/**
 * What sums in 16 bits are worth, one scale after the other ({@link moira.engine.kernel.PackedKernels}), added to the floats of one
 * token's rows.
 *
 * <p>In all methods, pieces of one vector of lanes come {@code [n][stride]} from {@code at}; factors of its even lanes {@code [n][16]}
 * from {@code factor}, those of its odd lanes a panel further, and those of a super-block likewise; floats of its even lanes from
 * {@code y[yAt]}, those of its odd lanes 16 further; scales of the activations from {@code block}.
 */
final class Scaled {
    /** Of a super-block. */
    private static final int BLOCKS = 8;

    private Scaled() {}

    /** A super-block of a K format, {@code index} of those whose factors these are. */
    static void superBlock(
            Packing packing,
            short[] pieces,
            int at,
            int stride,
            Factors factors,
            int lane,
            int index,
            Int8Rows x,
            int block,
            float[] y,
            int yAt) {
        int factor = Lanes.rows(lane, factors.panel()) + index * packing.scales() * Kernels.LANES;
        int superFactor = Lanes.rows(lane, factors.superPanel()) + index * Kernels.LANES;
        switch (packing) {
            case Q4_K -> fours(pieces, at, stride, factors, factor, superFactor, x, block, y, yAt);
            case Q5_K -> fives(pieces, at, stride, factors, factor, superFactor, x, block, y, yAt);
            case Q3_K, Q6_K -> sixes(pieces, at, stride, factors, factor, superFactor, x, block, y, yAt);
            default -> throw new IllegalArgumentException(packing + " has no super-blocks");
        }
    }

    /** A super-block with minimums, one piece a block. */
    private static void fours(
            short[] pieces,
            int at,
            int stride,
            Factors factors,
            int factor,
            int superFactor,
            Int8Rows x,
            int block,
            float[] y,
            int yAt) {
        float[] scales = x.scales();
        float[] corrections = x.corrections();
        float[] s = factors.scales();
        float[] t = factors.minimums();
        int panel = factors.panel();
        FloatVector offMiddle = FloatVector.broadcast(Lanes.FLOATS, -8);
        FloatVector even = FloatVector.zero(Lanes.FLOATS);
        FloatVector odd = even;
        FloatVector evenMinimums = even;
        FloatVector oddMinimums = even;
        for (int i = 0; i < BLOCKS; i++) {
            FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, scales[block + i]);
            FloatVector correction = FloatVector.broadcast(Lanes.FLOATS, corrections[block + i]);
            FloatVector middle = correction.mul(offMiddle);
            IntVector p =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, at + i * stride).reinterpretAsInts();
            int f = factor + i * Kernels.LANES;
            even = toFloat(even(p)).fma(scale, middle).fma(FloatVector.fromArray(Lanes.FLOATS, s, f), even);
            odd = toFloat(odd(p)).fma(scale, middle).fma(FloatVector.fromArray(Lanes.FLOATS, s, f + panel), odd);
            evenMinimums = FloatVector.fromArray(Lanes.FLOATS, t, f).fma(correction, evenMinimums);
            oddMinimums = FloatVector.fromArray(Lanes.FLOATS, t, f + panel).fma(correction, oddMinimums);
        }
        add(even, odd, factors.superScales(), superFactor, factors.superPanel(), y, yAt);
        add(evenMinimums, oddMinimums, factors.superMinimums(), superFactor, factors.superPanel(), y, yAt);
    }

    /** The same with two pieces a block. */
    private static void fives(
            short[] pieces,
            int at,
            int stride,
            Factors factors,
            int factor,
            int superFactor,
            Int8Rows x,
            int block,
            float[] y,
            int yAt) {
        float[] scales = x.scales();
        float[] corrections = x.corrections();
        float[] s = factors.scales();
        float[] t = factors.minimums();
        int panel = factors.panel();
        FloatVector offMiddle = FloatVector.broadcast(Lanes.FLOATS, -16);
        FloatVector even = FloatVector.zero(Lanes.FLOATS);
        FloatVector odd = even;
        FloatVector evenMinimums = even;
        FloatVector oddMinimums = even;
        for (int i = 0; i < BLOCKS; i++) {
            FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, scales[block + i]);
            FloatVector correction = FloatVector.broadcast(Lanes.FLOATS, corrections[block + i]);
            FloatVector middle = correction.mul(offMiddle);
            int piece = at + 2 * i * stride;
            IntVector p = ShortVector.fromArray(Lanes.SHORTS, pieces, piece).reinterpretAsInts();
            IntVector q =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, piece + stride).reinterpretAsInts();
            int f = factor + i * Kernels.LANES;
            even = toFloat(even(p).add(even(q)))
                    .fma(scale, middle)
                    .fma(FloatVector.fromArray(Lanes.FLOATS, s, f), even);
            odd = toFloat(odd(p).add(odd(q)))
                    .fma(scale, middle)
                    .fma(FloatVector.fromArray(Lanes.FLOATS, s, f + panel), odd);
            evenMinimums = FloatVector.fromArray(Lanes.FLOATS, t, f).fma(correction, evenMinimums);
            oddMinimums = FloatVector.fromArray(Lanes.FLOATS, t, f + panel).fma(correction, oddMinimums);
        }
        add(even, odd, factors.superScales(), superFactor, factors.superPanel(), y, yAt);
        add(evenMinimums, oddMinimums, factors.superMinimums(), superFactor, factors.superPanel(), y, yAt);
    }

    /** A super-block with two scales a block, two pieces each, and no minimums. */
    private static void sixes(
            short[] pieces,
            int at,
            int stride,
            Factors factors,
            int factor,
            int superFactor,
            Int8Rows x,
            int block,
            float[] y,
            int yAt) {
        float[] scales = x.scales();
        float[] s = factors.scales();
        int panel = factors.panel();
        FloatVector even = FloatVector.zero(Lanes.FLOATS);
        FloatVector odd = even;
        for (int i = 0; i < 2 * BLOCKS; i++) {
            FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, scales[block + i / 2]);
            int piece = at + 2 * i * stride;
            IntVector p = ShortVector.fromArray(Lanes.SHORTS, pieces, piece).reinterpretAsInts();
            IntVector q =
                    ShortVector.fromArray(Lanes.SHORTS, pieces, piece + stride).reinterpretAsInts();
            int f = factor + i * Kernels.LANES;
            even = toFloat(even(p).add(even(q))).mul(scale).fma(FloatVector.fromArray(Lanes.FLOATS, s, f), even);
            odd = toFloat(odd(p).add(odd(q))).mul(scale).fma(FloatVector.fromArray(Lanes.FLOATS, s, f + panel), odd);
        }
        add(even, odd, factors.superScales(), superFactor, factors.superPanel(), y, yAt);
    }

    /** Adds sums of a super-block, times its halves. */
    private static void add(
            FloatVector even, FloatVector odd, float[] halves, int factor, int panel, float[] y, int yAt) {
        FloatVector.fromArray(Lanes.FLOATS, halves, factor)
                .fma(even, FloatVector.fromArray(Lanes.FLOATS, y, yAt))
                .intoArray(y, yAt);
        FloatVector.fromArray(Lanes.FLOATS, halves, factor + panel)
                .fma(odd, FloatVector.fromArray(Lanes.FLOATS, y, yAt + Kernels.LANES))
                .intoArray(y, yAt + Kernels.LANES);
    }
}
