package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Lanes.even;
import static moira.engine.kernel.vector.Lanes.evenHalf;
import static moira.engine.kernel.vector.Lanes.odd;
import static moira.engine.kernel.vector.Lanes.oddHalf;
import static moira.engine.kernel.vector.Lanes.toFloat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Packing;

/**
 * {@link PackedDot} for the K formats, whose super-blocks of 256 columns have scales of scales. A super-block takes three steps,
 * sums in 16 bits, in 32 bits and in floats, each a method of its own with an array between them. All in one is more than C2
 * inlines, and then vectors end up as objects; so do those that a method with a loop returns.
 */
final class KDot {
    private static final int LOW = 512;
    private static final int COUNT = Lanes.COUNT;
    private static final int W = Width.WIDTH;

    /** Sums of one super-block modulo 2^16, in pieces that do not wrap around in the end. */
    private final short[] pieces = new short[32 * COUNT];

    /** The same, whole: for each scale the even lanes, then the odd ones. */
    private final int[] sums = new int[16 * 2 * W];

    /** What has been added up so far: the even lanes, then the odd ones. */
    private final float[] total = new float[2 * W];

    /** A step of the work on a super-block. */
    @FunctionalInterface
    private interface Step {
        void run();
    }

    private final Step[] q4K = {this::fours, this::widenFours, this::addScaled, this::subtractMinimums};
    private final Step[] q5K = {this::fives, this::widenFives, this::addScaled, this::subtractMinimums};
    private final Step[] q6K = {this::sixes, this::widenSixes, this::addScaled};

    private Packing packing;
    private MemorySegment w;
    private Int8Rows x;

    /** The byte where the super-block starts, of this part's lanes. */
    private long base;

    /** The same of its byte scales, and of its halves. */
    private long scales;

    private long halves;

    /** The first block of activations that it meets. */
    private int block;

    void product(
            Packing packing,
            MemorySegment w,
            long at,
            int lane,
            int blocks,
            Int8Rows x,
            int first,
            float[] y,
            int yAt,
            int n) {
        this.packing = packing;
        this.w = w;
        this.x = x;
        Step[] steps = switch (packing) {
            case Q4_K -> q4K;
            case Q5_K -> q5K;
            default -> q6K;
        };
        Arrays.fill(total, 0);
        for (int s = 0; s < blocks / 8; s++) {
            base = at + (long) s * packing.superBytes() + lane;
            scales = base + packing.scalesAt();
            halves = base + packing.halvesAt() + lane;
            block = first + 8 * s;
            // One call for three kinds of steps and more: none of them is ever inlined here.
            for (Step step : steps) {
                step.run();
            }
        }
        PackedDot.store(
                FloatVector.fromArray(Lanes.FLOATS, total, 0),
                FloatVector.fromArray(Lanes.FLOATS, total, W),
                y,
                yAt,
                lane,
                n);
    }

    /** Of (q - 8) a, 32 columns a piece. */
    private void fours() {
        short[] a = x.codes();
        for (int i = 0; i < 8; i++) {
            int from = (block + i) * 32;
            ShortVector sum = ShortVector.broadcast(Lanes.SHORTS, (short) (-8 * x.blockSum(block + i)));
            for (int j = 0; j < 16; j++) {
                ShortVector codes = Lanes.unsigned(w, base + i * LOW + j * 32);
                sum = sum.add(codes.and((short) 15).mul(ShortVector.broadcast(Lanes.SHORTS, a[from + 2 * j])))
                        .add(codes.lanewise(VectorOperators.LSHR, 4)
                                .mul(ShortVector.broadcast(Lanes.SHORTS, a[from + 2 * j + 1])));
            }
            sum.intoArray(pieces, i * COUNT);
        }
    }

    /** Of (q - 16) a, 16 columns a piece. */
    private void fives() {
        short[] a = x.codes();
        int[] eighths = x.sums();
        for (int i = 0; i < 16; i++) {
            int from = block * 32 + 16 * i;
            long low = base + i / 2 * (LOW + 128) + i % 2 * 256;
            long high = base + i / 2 * (LOW + 128) + LOW + i % 2 * 64;
            int start = -16 * (eighths[from / 8] + eighths[from / 8 + 1]);
            ShortVector sum = ShortVector.broadcast(Lanes.SHORTS, (short) start);
            ShortVector bits = Lanes.unsigned(w, high);
            for (int j = 0; j < 8; j++) {
                ShortVector codes = Lanes.unsigned(w, low + j * 32);
                ShortVector q = codes.and((short) 15).or(bits.and((short) 1).lanewise(VectorOperators.LSHL, 4));
                sum = sum.add(q.mul(ShortVector.broadcast(Lanes.SHORTS, a[from + 2 * j])));
                q = codes.lanewise(VectorOperators.LSHR, 4)
                        .or(bits.and((short) 2).lanewise(VectorOperators.LSHL, 3));
                sum = sum.add(q.mul(ShortVector.broadcast(Lanes.SHORTS, a[from + 2 * j + 1])));
                bits = j == 3 ? Lanes.unsigned(w, high + 32) : bits.lanewise(VectorOperators.LSHR, 2);
            }
            sum.intoArray(pieces, i * COUNT);
        }
    }

    /** Of (q - 32) a, 8 columns a piece. */
    private void sixes() {
        short[] a = x.codes();
        for (int i = 0; i < 32; i++) {
            int from = block * 32 + 8 * i;
            long low = base + i / 4 * (LOW + 256) + i % 4 * 128;
            long high = base + i / 4 * (LOW + 256) + LOW + i % 4 * 64;
            ShortVector sum = ShortVector.broadcast(Lanes.SHORTS, (short) (-32 * x.sums()[from / 8]));
            for (int j = 0; j < 2; j++) {
                int at = from + 4 * j;
                ShortVector bits = Lanes.unsigned(w, high + j * 32);
                ShortVector codes = Lanes.unsigned(w, low + j * 64);
                ShortVector q = codes.and((short) 15).or(bits.and((short) 3).lanewise(VectorOperators.LSHL, 4));
                sum = sum.add(q.mul(ShortVector.broadcast(Lanes.SHORTS, a[at])));
                q = codes.lanewise(VectorOperators.LSHR, 4)
                        .or(bits.and((short) 12).lanewise(VectorOperators.LSHL, 2));
                sum = sum.add(q.mul(ShortVector.broadcast(Lanes.SHORTS, a[at + 1])));
                codes = Lanes.unsigned(w, low + j * 64 + 32);
                q = codes.and((short) 15).or(bits.and((short) 48));
                sum = sum.add(q.mul(ShortVector.broadcast(Lanes.SHORTS, a[at + 2])));
                q = codes.lanewise(VectorOperators.LSHR, 4)
                        .or(bits.lanewise(VectorOperators.LSHR, 2).and((short) 48));
                sum = sum.add(q.mul(ShortVector.broadcast(Lanes.SHORTS, a[at + 3])));
            }
            sum.intoArray(pieces, i * COUNT);
        }
    }

    /** Sums of q a: what a piece had taken off is put back. */
    private void widenFours() {
        for (int i = 0; i < 8; i++) {
            int back = 8 * x.blockSum(block + i);
            put(i, even(pairs(i)).add(back), odd(pairs(i)).add(back));
        }
    }

    private void widenFives() {
        for (int i = 0; i < 8; i++) {
            int back = 16 * x.blockSum(block + i);
            IntVector left = pairs(2 * i);
            IntVector right = pairs(2 * i + 1);
            put(
                    i,
                    even(left).add(even(right)).add(back),
                    odd(left).add(odd(right)).add(back));
        }
    }

    private void widenSixes() {
        for (int i = 0; i < 16; i++) {
            IntVector left = pairs(2 * i);
            IntVector right = pairs(2 * i + 1);
            put(i, even(left).add(even(right)), odd(left).add(odd(right)));
        }
    }

    private IntVector pairs(int piece) {
        return ShortVector.fromArray(Lanes.SHORTS, pieces, piece * COUNT).reinterpretAsInts();
    }

    private void put(int scale, IntVector even, IntVector odd) {
        even.intoArray(sums, scale * 2 * W);
        odd.intoArray(sums, scale * 2 * W + W);
    }

    /** {@code y = fma(sum, (d s) scale, y)} for every scale of the super-block. */
    private void addScaled() {
        IntVector d = Lanes.pairs(w, halves);
        FloatVector evenD = evenHalf(d);
        FloatVector oddD = oddHalf(d);
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, total, 0);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, total, W);
        int step = packing.scaleColumns();
        for (int i = 0; i < 256 / step; i++) {
            IntVector s = Lanes.signed(w, scales + i * 32).reinterpretAsInts();
            float scale = x.scales()[block + i * step / 32];
            even = toFloat(sum(2 * i)).fma(evenD.mul(toFloat(even(s))).mul(scale), even);
            odd = toFloat(sum(2 * i + 1)).fma(oddD.mul(toFloat(odd(s))).mul(scale), odd);
        }
        even.intoArray(total, 0);
        odd.intoArray(total, W);
    }

    /** {@code y = fma(m t, -(scale * sum of a), y)} for every minimum of the super-block. */
    private void subtractMinimums() {
        IntVector m = Lanes.pairs(w, halves + 2 * Packing.ROWS);
        FloatVector evenM = evenHalf(m);
        FloatVector oddM = oddHalf(m);
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, total, 0);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, total, W);
        for (int i = 0; i < 8; i++) {
            IntVector t =
                    Lanes.signed(w, scales + packing.scaleBytes() + i * 32).reinterpretAsInts();
            FloatVector codes = FloatVector.broadcast(Lanes.FLOATS, -(x.scales()[block + i] * x.blockSum(block + i)));
            even = evenM.mul(toFloat(even(t))).fma(codes, even);
            odd = oddM.mul(toFloat(odd(t))).fma(codes, odd);
        }
        even.intoArray(total, 0);
        odd.intoArray(total, W);
    }

    private IntVector sum(int half) {
        return IntVector.fromArray(Lanes.INTS, sums, half * W);
    }
}
