package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Lanes.even;
import static moira.engine.kernel.vector.Lanes.evenNormalHalf;
import static moira.engine.kernel.vector.Lanes.odd;
import static moira.engine.kernel.vector.Lanes.oddNormalHalf;
import static moira.engine.kernel.vector.Lanes.toFloat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.Packing;
import moira.engine.kernel.Prefetch;

/** Codes of 8 bits times activations: sums of two columns in 16 bits, which 32 bits take up; as {@link Words} otherwise. */
final class Bytes {
    private static final int INTS = Lanes.INTS.length();

    /** Columns whose lines are fetched at a time: a block's are too many. Their sums are in no register meanwhile (see {@link Words}). */
    private static final int HALF = Packing.COLUMNS / 2;

    private Bytes() {}

    /**
     * @param at where the first block's first vector is
     * @param n blocks, {@code stride} apart
     * @param lines that are fetched for a block to come, with every half of a block
     * @param sums {@code [n][2 vectors][even lanes, odd lanes]}
     */
    static void sums(MemorySegment w, long at, int stride, int n, short[] a, int from, int lines, int[] sums) {
        Arrays.fill(sums, 0, n * 4 * INTS, 0);
        for (int half = 0; half < 2 * n; half++) {
            long piece = at + (long) (half / 2) * stride + half % 2 * HALF * Packing.ROWS;
            int zero = Prefetch.lines(w, piece, PackedDot.AHEAD, lines);
            int step = 2 + zero;
            long line = piece + zero;
            int to = half / 2 * 4 * INTS;
            IntVector leftEven = IntVector.fromArray(Lanes.INTS, sums, to);
            IntVector leftOdd = IntVector.fromArray(Lanes.INTS, sums, to + INTS);
            IntVector rightEven = IntVector.fromArray(Lanes.INTS, sums, to + 2 * INTS);
            IntVector rightOdd = IntVector.fromArray(Lanes.INTS, sums, to + 3 * INTS);
            int begin = from + half * HALF + zero;
            int end = begin + HALF;
            for (int c = begin; c < end; c += step) {
                ShortVector a0 = ShortVector.broadcast(Lanes.SHORTS, a[c]);
                ShortVector a1 = ShortVector.broadcast(Lanes.SHORTS, a[c + 1]);
                ShortVector left = Lanes.signed(w, line)
                        .mul(a0)
                        .add(Lanes.signed(w, line + Packing.ROWS).mul(a1));
                leftEven = leftEven.add(even(left.reinterpretAsInts()));
                leftOdd = leftOdd.add(odd(left.reinterpretAsInts()));
                ShortVector right = Lanes.signed(w, line + Lanes.COUNT)
                        .mul(a0)
                        .add(Lanes.signed(w, line + Packing.ROWS + Lanes.COUNT).mul(a1));
                rightEven = rightEven.add(even(right.reinterpretAsInts()));
                rightOdd = rightOdd.add(odd(right.reinterpretAsInts()));
                line += 2 * Packing.ROWS;
            }
            leftEven.intoArray(sums, to);
            leftOdd.intoArray(sums, to + INTS);
            rightEven.intoArray(sums, to + 2 * INTS);
            rightOdd.intoArray(sums, to + 3 * INTS);
        }
    }

    /** What the sums of a vector, {@code at} of a block's, are worth. */
    static void scale(
            int[] sums,
            int at,
            int n,
            MemorySegment w,
            long halves,
            int stride,
            float[] scales,
            int block,
            float[] y,
            int yAt) {
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, y, yAt);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, y, yAt + Kernels.LANES);
        for (int i = 0; i < n; i++) {
            IntVector d = Lanes.pairs(w, halves + (long) i * stride);
            float scale = scales[block + i];
            int from = at + i * 4 * INTS;
            even = toFloat(IntVector.fromArray(Lanes.INTS, sums, from))
                    .fma(evenNormalHalf(d).mul(scale), even);
            odd = toFloat(IntVector.fromArray(Lanes.INTS, sums, from + INTS))
                    .fma(oddNormalHalf(d).mul(scale), odd);
        }
        even.intoArray(y, yAt);
        odd.intoArray(y, yAt + Kernels.LANES);
    }
}
