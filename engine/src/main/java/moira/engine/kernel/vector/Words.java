package moira.engine.kernel.vector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import moira.engine.kernel.Int8Rows;

/**
 * Sums of codes times activations straight from their words of 16 bits ({@link Int8Rows#fours}), in pieces whose columns add up
 * within 16 bits: 32 of (q - 8) a for 4 bits, 16 of (q - 16) a for 5, 8 of (q - 32) a for 6, all within 32 512. Nothing is
 * subtracted from a code: sums wrap around, so they may as well start at -middle times the sum of a, and end where they should.
 *
 * <p>Written without helpers: what C2 has not inlined when a method has so and so many nodes, it does not inline at all, except
 * for the methods of the Vector API themselves.
 */
final class Words {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /** Bytes of a block's low bits. */
    private static final int LOW = 512;

    /** From a piece to the next one: between them is that of the other group. */
    static final int STRIDE = 2 * Lanes.COUNT;

    private Words() {}

    /**
     * @param at where the first block's part of the lanes is; the next one's is {@code stride} further
     * @param first the block of activations that it meets
     * @param pieces of one of two groups: {@code [blocks][2 groups][lanes of a vector]}, from {@code to}
     */
    static void fours(MemorySegment w, long at, int stride, int blocks, Int8Rows x, int first, short[] pieces, int to) {
        short[] a = x.fours();
        for (int b = 0; b < blocks; b++) {
            ShortVector sum = ShortVector.broadcast(Lanes.SHORTS, (short) (-8 * x.blockSum(first + b)));
            int from = (first + b) * 32;
            long block = at + (long) b * stride;
            for (int c = 0; c < 32; c += 4) {
                ShortVector v = ShortVector.fromMemorySegment(Lanes.SHORTS, w, block + c * 16, ORDER);
                sum = sum.add(v.mul(ShortVector.broadcast(Lanes.SHORTS, a[from + c]))
                        .add(v.lanewise(VectorOperators.LSHR, 4)
                                .mul(ShortVector.broadcast(Lanes.SHORTS, a[from + c + 1])))
                        .add(v.lanewise(VectorOperators.LSHR, 8)
                                .mul(ShortVector.broadcast(Lanes.SHORTS, a[from + c + 2]))
                                .add(v.lanewise(VectorOperators.LSHR, 12)
                                        .mul(ShortVector.broadcast(Lanes.SHORTS, a[from + c + 3])))));
            }
            sum.intoArray(pieces, to + b * STRIDE);
        }
    }

    /** A super-block of 5 bits: 16 pieces. */
    static void fives(MemorySegment w, long at, int stride, Int8Rows x, int first, short[] pieces, int to) {
        short[] fours = x.fours();
        short[] ones = x.ones();
        int[] sums = x.sums();
        for (int i = 0; i < 16; i++) {
            int from = first * 32 + i * 16;
            long low = at + (long) (i / 2) * stride + i % 2 * 256;
            long high = at + (long) (i / 2) * stride + LOW + i % 2 * 64;
            ShortVector sum =
                    ShortVector.broadcast(Lanes.SHORTS, (short) (-16 * (sums[from / 8] + sums[from / 8 + 1])));
            for (int c = 0; c < 16; c += 4) {
                ShortVector v = ShortVector.fromMemorySegment(Lanes.SHORTS, w, low + c * 16, ORDER);
                sum = sum.add(v.mul(ShortVector.broadcast(Lanes.SHORTS, fours[from + c]))
                        .add(v.lanewise(VectorOperators.LSHR, 4)
                                .mul(ShortVector.broadcast(Lanes.SHORTS, fours[from + c + 1])))
                        .add(v.lanewise(VectorOperators.LSHR, 8)
                                .mul(ShortVector.broadcast(Lanes.SHORTS, fours[from + c + 2]))
                                .add(v.lanewise(VectorOperators.LSHR, 12)
                                        .mul(ShortVector.broadcast(Lanes.SHORTS, fours[from + c + 3])))));
            }
            ShortVector v = ShortVector.fromMemorySegment(Lanes.SHORTS, w, high, ORDER);
            for (int c = 0; c < 16; c++) {
                sum = sum.add(v.mul(ShortVector.broadcast(Lanes.SHORTS, ones[from + c])));
                v = v.lanewise(VectorOperators.LSHR, 1);
            }
            sum.intoArray(pieces, to + i * STRIDE);
        }
    }

    /** A super-block of 6 bits: 32 pieces. */
    static void sixes(MemorySegment w, long at, int stride, Int8Rows x, int first, short[] pieces, int to) {
        short[] fours = x.fours();
        short[] twos = x.twos();
        int[] sums = x.sums();
        for (int i = 0; i < 32; i++) {
            int from = first * 32 + i * 8;
            long low = at + (long) (i / 4) * stride + i % 4 * 128;
            long high = at + (long) (i / 4) * stride + LOW + i % 4 * 64;
            ShortVector sum = ShortVector.broadcast(Lanes.SHORTS, (short) (-32 * sums[from / 8]));
            for (int c = 0; c < 8; c += 4) {
                ShortVector v = ShortVector.fromMemorySegment(Lanes.SHORTS, w, low + c * 16, ORDER);
                sum = sum.add(v.mul(ShortVector.broadcast(Lanes.SHORTS, fours[from + c]))
                        .add(v.lanewise(VectorOperators.LSHR, 4)
                                .mul(ShortVector.broadcast(Lanes.SHORTS, fours[from + c + 1])))
                        .add(v.lanewise(VectorOperators.LSHR, 8)
                                .mul(ShortVector.broadcast(Lanes.SHORTS, fours[from + c + 2]))
                                .add(v.lanewise(VectorOperators.LSHR, 12)
                                        .mul(ShortVector.broadcast(Lanes.SHORTS, fours[from + c + 3])))));
            }
            ShortVector v = ShortVector.fromMemorySegment(Lanes.SHORTS, w, high, ORDER);
            for (int c = 0; c < 8; c++) {
                sum = sum.add(v.mul(ShortVector.broadcast(Lanes.SHORTS, twos[from + c])));
                v = v.lanewise(VectorOperators.LSHR, 2);
            }
            sum.intoArray(pieces, to + i * STRIDE);
        }
    }
}
