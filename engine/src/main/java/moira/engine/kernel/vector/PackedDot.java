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
import jdk.incubator.vector.VectorOperators;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Packing;

/**
 * Lanes of a group, from {@code lane} on, times one token. Products are summed in 16 bits as long as they fit: 32 of (q - 8) a for 4
 * bits, 16 of (q - 16) a for 5, 8 of (q - 32) a for 6, 2 of q a for 8, all within 32 512. Nothing is subtracted from a code:
 * sums wrap around, so they may as well start at -offset times the sum of a, and end where they should.
 */
final class PackedDot {
    private static final int LOW = 512;

    private PackedDot() {}

    static void q4_0(MemorySegment w, long at, int lane, int blocks, Int8Rows x, int first, float[] y, int yAt, int n) {
        FloatVector even = FloatVector.zero(Lanes.FLOATS);
        FloatVector odd = FloatVector.zero(Lanes.FLOATS);
        short[] a = x.codes();
        float[] scales = x.scales();
        for (int b = first; b < first + blocks; b++) {
            long base = at + (long) (b - first) * Packing.Q4_0.superBytes();
            ShortVector sum = ShortVector.broadcast(Lanes.SHORTS, (short) (-8 * x.blockSum(b)));
            for (int j = 0; j < 16; j++) {
                ShortVector codes = Lanes.unsigned(w, base + lane + j * 32);
                sum = sum.add(codes.and((short) 15).mul(ShortVector.broadcast(Lanes.SHORTS, a[b * 32 + 2 * j])))
                        .add(codes.lanewise(VectorOperators.LSHR, 4)
                                .mul(ShortVector.broadcast(Lanes.SHORTS, a[b * 32 + 2 * j + 1])));
            }
            IntVector pairs = sum.reinterpretAsInts();
            IntVector d = Lanes.pairs(w, base + LOW + 2 * lane);
            even = toFloat(even(pairs)).fma(evenHalf(d).mul(scales[b]), even);
            odd = toFloat(odd(pairs)).fma(oddHalf(d).mul(scales[b]), odd);
        }
        store(even, odd, y, yAt, lane, n);
    }

    static void q8_0(MemorySegment w, long at, int lane, int blocks, Int8Rows x, int first, float[] y, int yAt, int n) {
        FloatVector even = FloatVector.zero(Lanes.FLOATS);
        FloatVector odd = FloatVector.zero(Lanes.FLOATS);
        short[] a = x.codes();
        for (int b = first; b < first + blocks; b++) {
            long base = at + (long) (b - first) * Packing.Q8_0.superBytes();
            IntVector evenSum = IntVector.zero(Lanes.INTS);
            IntVector oddSum = IntVector.zero(Lanes.INTS);
            for (int j = 0; j < 32; j += 2) {
                ShortVector pair = Lanes.signed(w, base + lane + j * 32)
                        .mul(ShortVector.broadcast(Lanes.SHORTS, a[b * 32 + j]))
                        .add(Lanes.signed(w, base + lane + j * 32 + 32)
                                .mul(ShortVector.broadcast(Lanes.SHORTS, a[b * 32 + j + 1])));
                evenSum = evenSum.add(even(pair.reinterpretAsInts()));
                oddSum = oddSum.add(odd(pair.reinterpretAsInts()));
            }
            IntVector d = Lanes.pairs(w, base + 2 * LOW + 2 * lane);
            even = toFloat(evenSum).fma(evenHalf(d).mul(x.scales()[b]), even);
            odd = toFloat(oddSum).fma(oddHalf(d).mul(x.scales()[b]), odd);
        }
        store(even, odd, y, yAt, lane, n);
    }

    /** The rows of the even lanes and, 16 further, those of the odd ones, as far as there are any. */
    static void store(FloatVector even, FloatVector odd, float[] y, int yAt, int lane, int n) {
        int row = lane / 2;
        if (n == Packing.ROWS) {
            even.intoArray(y, yAt + row);
            odd.intoArray(y, yAt + 16 + row);
        } else {
            copy(even.toArray(), y, yAt, row, n);
            copy(odd.toArray(), y, yAt, 16 + row, n);
        }
    }

    private static void copy(float[] rows, float[] y, int yAt, int row, int n) {
        for (int i = 0; i < rows.length && row + i < n; i++) {
            y[yAt + row + i] = rows[i];
        }
    }
}
