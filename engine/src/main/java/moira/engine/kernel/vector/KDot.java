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

/** {@link PackedDot} for the K formats, whose super-blocks of 256 columns have scales of scales. */
final class KDot {
    private static final int LOW = 512;
    private static final int HALVES = 2 * Packing.ROWS;

    private KDot() {}

    static void q4K(MemorySegment w, long at, int lane, int blocks, Int8Rows x, int first, float[] y, int yAt, int n) {
        FloatVector even = FloatVector.zero(Lanes.FLOATS);
        FloatVector odd = FloatVector.zero(Lanes.FLOATS);
        short[] a = x.codes();
        for (int s = 0; s < blocks / 8; s++) {
            long base = at + (long) s * Packing.Q4_K.superBytes();
            long bytes = base + Packing.Q4_K.scalesAt() + lane;
            IntVector d = Lanes.pairs(w, base + Packing.Q4_K.halvesAt() + 2 * lane);
            IntVector m = Lanes.pairs(w, base + Packing.Q4_K.halvesAt() + HALVES + 2 * lane);
            FloatVector evenD = evenHalf(d);
            FloatVector oddD = oddHalf(d);
            FloatVector evenM = evenHalf(m);
            FloatVector oddM = oddHalf(m);
            for (int j = 0; j < 8; j++) {
                int b = first + 8 * s + j;
                int codes = x.blockSum(b);
                float scale = x.scales()[b];
                IntVector sum = PackedDot.nibbles(w, base + j * LOW + lane, a, b * 32, -8 * codes)
                        .reinterpretAsInts();
                IntVector t = Lanes.unsigned(w, bytes + j * 32).reinterpretAsInts();
                even = toFloat(even(sum).add(8 * codes))
                        .fma(evenD.mul(toFloat(even(t))).mul(scale), even);
                odd = toFloat(odd(sum).add(8 * codes))
                        .fma(oddD.mul(toFloat(odd(t))).mul(scale), odd);
                t = Lanes.unsigned(w, bytes + 256 + j * 32).reinterpretAsInts();
                FloatVector offset = FloatVector.broadcast(Lanes.FLOATS, -(scale * codes));
                even = evenM.mul(toFloat(even(t))).fma(offset, even);
                odd = oddM.mul(toFloat(odd(t))).fma(offset, odd);
            }
        }
        PackedDot.store(even, odd, y, yAt, lane, n);
    }

    static void q5K(MemorySegment w, long at, int lane, int blocks, Int8Rows x, int first, float[] y, int yAt, int n) {
        FloatVector even = FloatVector.zero(Lanes.FLOATS);
        FloatVector odd = FloatVector.zero(Lanes.FLOATS);
        int blockBytes = Packing.Q5_K.blockBytes();
        for (int s = 0; s < blocks / 8; s++) {
            long base = at + (long) s * Packing.Q5_K.superBytes();
            long bytes = base + Packing.Q5_K.scalesAt() + lane;
            IntVector d = Lanes.pairs(w, base + Packing.Q5_K.halvesAt() + 2 * lane);
            IntVector m = Lanes.pairs(w, base + Packing.Q5_K.halvesAt() + HALVES + 2 * lane);
            FloatVector evenD = evenHalf(d);
            FloatVector oddD = oddHalf(d);
            FloatVector evenM = evenHalf(m);
            FloatVector oddM = oddHalf(m);
            for (int j = 0; j < 8; j++) {
                int b = first + 8 * s + j;
                int codes = x.blockSum(b);
                float scale = x.scales()[b];
                long block = base + j * blockBytes + lane;
                IntVector left = fives(w, block, 0, x, b).reinterpretAsInts();
                IntVector right = fives(w, block, 1, x, b).reinterpretAsInts();
                IntVector t = Lanes.unsigned(w, bytes + j * 32).reinterpretAsInts();
                IntVector sum = even(left).add(even(right)).add(16 * codes);
                even = toFloat(sum).fma(evenD.mul(toFloat(even(t))).mul(scale), even);
                sum = odd(left).add(odd(right)).add(16 * codes);
                odd = toFloat(sum).fma(oddD.mul(toFloat(odd(t))).mul(scale), odd);
                t = Lanes.unsigned(w, bytes + 256 + j * 32).reinterpretAsInts();
                FloatVector offset = FloatVector.broadcast(Lanes.FLOATS, -(scale * codes));
                even = evenM.mul(toFloat(even(t))).fma(offset, even);
                odd = oddM.mul(toFloat(odd(t))).fma(offset, odd);
            }
        }
        PackedDot.store(even, odd, y, yAt, lane, n);
    }

    /** Sum of (q - 16) a over a half of a block, modulo 2^16. */
    private static ShortVector fives(MemorySegment w, long block, int half, Int8Rows x, int b) {
        short[] a = x.codes();
        int aAt = b * 32 + 16 * half;
        int start = -16 * (x.sums()[aAt / 8] + x.sums()[aAt / 8 + 1]);
        ShortVector sum = ShortVector.broadcast(Lanes.SHORTS, (short) start);
        ShortVector high = Lanes.unsigned(w, block + LOW + half * 64);
        for (int j = 0; j < 8; j++) {
            if (j == 4) {
                high = Lanes.unsigned(w, block + LOW + half * 64 + 32);
            }
            ShortVector low = Lanes.unsigned(w, block + half * 256 + j * 32);
            ShortVector q = low.and((short) 15).or(high.and((short) 1).lanewise(VectorOperators.LSHL, 4));
            sum = sum.add(q.mul(ShortVector.broadcast(Lanes.SHORTS, a[aAt + 2 * j])));
            q = low.lanewise(VectorOperators.LSHR, 4).or(high.and((short) 2).lanewise(VectorOperators.LSHL, 3));
            sum = sum.add(q.mul(ShortVector.broadcast(Lanes.SHORTS, a[aAt + 2 * j + 1])));
            high = high.lanewise(VectorOperators.LSHR, 2);
        }
        return sum;
    }

    static void q6K(MemorySegment w, long at, int lane, int blocks, Int8Rows x, int first, float[] y, int yAt, int n) {
        FloatVector even = FloatVector.zero(Lanes.FLOATS);
        FloatVector odd = FloatVector.zero(Lanes.FLOATS);
        int blockBytes = Packing.Q6_K.blockBytes();
        for (int s = 0; s < blocks / 8; s++) {
            long base = at + (long) s * Packing.Q6_K.superBytes();
            long bytes = base + Packing.Q6_K.scalesAt() + lane;
            IntVector d = Lanes.pairs(w, base + Packing.Q6_K.halvesAt() + 2 * lane);
            FloatVector evenD = evenHalf(d);
            FloatVector oddD = oddHalf(d);
            for (int j = 0; j < 16; j++) {
                int b = first + 8 * s + j / 2;
                float scale = x.scales()[b];
                long block = base + j / 2 * blockBytes + lane;
                IntVector left = sixes(w, block, 2 * (j & 1), x, b).reinterpretAsInts();
                IntVector right = sixes(w, block, 2 * (j & 1) + 1, x, b).reinterpretAsInts();
                IntVector t = Lanes.signed(w, bytes + j * 32).reinterpretAsInts();
                even = toFloat(even(left).add(even(right)))
                        .fma(evenD.mul(toFloat(even(t))).mul(scale), even);
                odd = toFloat(odd(left).add(odd(right)))
                        .fma(oddD.mul(toFloat(odd(t))).mul(scale), odd);
            }
        }
        PackedDot.store(even, odd, y, yAt, lane, n);
    }

    /** Sum of (q - 32) a over a quarter of a block, modulo 2^16. */
    private static ShortVector sixes(MemorySegment w, long block, int quarter, Int8Rows x, int b) {
        short[] a = x.codes();
        int aAt = b * 32 + 8 * quarter;
        ShortVector sum = ShortVector.broadcast(Lanes.SHORTS, (short) (-32 * x.sums()[aAt / 8]));
        for (int j = 0; j < 2; j++) {
            int at = aAt + 4 * j;
            ShortVector high = Lanes.unsigned(w, block + LOW + (2 * quarter + j) * 32);
            ShortVector low = Lanes.unsigned(w, block + (4 * quarter + 2 * j) * 32);
            ShortVector q = low.and((short) 15).or(high.and((short) 3).lanewise(VectorOperators.LSHL, 4));
            sum = sum.add(q.mul(ShortVector.broadcast(Lanes.SHORTS, a[at])));
            q = low.lanewise(VectorOperators.LSHR, 4).or(high.and((short) 12).lanewise(VectorOperators.LSHL, 2));
            sum = sum.add(q.mul(ShortVector.broadcast(Lanes.SHORTS, a[at + 1])));
            low = Lanes.unsigned(w, block + (4 * quarter + 2 * j + 1) * 32);
            q = low.and((short) 15).or(high.and((short) 48));
            sum = sum.add(q.mul(ShortVector.broadcast(Lanes.SHORTS, a[at + 2])));
            q = low.lanewise(VectorOperators.LSHR, 4)
                    .or(high.lanewise(VectorOperators.LSHR, 2).and((short) 48));
            sum = sum.add(q.mul(ShortVector.broadcast(Lanes.SHORTS, a[at + 3])));
        }
        return sum;
    }
}
