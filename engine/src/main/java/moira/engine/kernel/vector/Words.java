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

    private Words() {}

    /**
     * @param at where the first block's part of the lanes is; the next one's is {@code stride} further
     * @param first the block of activations that it meets
     * @param pieces {@code [blocks][lanes of a vector]}
     */
    static void fours(MemorySegment w, long at, int stride, int blocks, Int8Rows x, int first, short[] pieces) {
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
            sum.intoArray(pieces, b * Lanes.COUNT);
        }
    }

    /** A super-block of 5 bits, {@code [16 pieces][lanes of a vector]}. */
    static void fives(MemorySegment w, long at, int stride, Int8Rows x, int first, short[] pieces) {
        for (int i = 0; i < 16; i++) {
            int eighth = first * 4 + i * 2;
            int start = -16 * (x.sums()[eighth] + x.sums()[eighth + 1]);
            long block = at + (long) (i / 2) * stride;
            int to = i * Lanes.COUNT;
            high(w, block + LOW + i % 2 * 64, 1, x.ones(), eighth * 8, 16, start, pieces, to);
            low(w, block + i % 2 * 256, x.fours(), eighth * 8, 16, pieces, to);
        }
    }

    /** A super-block of 6 bits, {@code [32 pieces][lanes of a vector]}. */
    static void sixes(MemorySegment w, long at, int stride, Int8Rows x, int first, short[] pieces) {
        for (int i = 0; i < 32; i++) {
            int eighth = first * 4 + i;
            long block = at + (long) (i / 4) * stride;
            int to = i * Lanes.COUNT;
            high(w, block + LOW + i % 4 * 64, 2, x.twos(), eighth * 8, 8, -32 * x.sums()[eighth], pieces, to);
            low(w, block + i % 4 * 128, x.fours(), eighth * 8, 8, pieces, to);
        }
    }

    /** The high bits of a word's columns. */
    private static void high(
            MemorySegment w, long at, int bits, short[] a, int from, int columns, int start, short[] pieces, int to) {
        ShortVector sum = ShortVector.broadcast(Lanes.SHORTS, (short) start);
        ShortVector v = ShortVector.fromMemorySegment(Lanes.SHORTS, w, at, ORDER);
        for (int c = 0; c < columns; c++) {
            sum = sum.add(v.mul(ShortVector.broadcast(Lanes.SHORTS, a[from + c])));
            v = v.lanewise(VectorOperators.LSHR, bits);
        }
        sum.intoArray(pieces, to);
    }

    /** Adds the low bits of a piece. */
    private static void low(MemorySegment w, long at, short[] a, int from, int columns, short[] pieces, int to) {
        ShortVector sum = ShortVector.fromArray(Lanes.SHORTS, pieces, to);
        for (int c = 0; c < columns; c += 4) {
            ShortVector v = ShortVector.fromMemorySegment(Lanes.SHORTS, w, at + c * 16, ORDER);
            sum = sum.add(v.mul(ShortVector.broadcast(Lanes.SHORTS, a[from + c]))
                    .add(v.lanewise(VectorOperators.LSHR, 4).mul(ShortVector.broadcast(Lanes.SHORTS, a[from + c + 1])))
                    .add(v.lanewise(VectorOperators.LSHR, 8)
                            .mul(ShortVector.broadcast(Lanes.SHORTS, a[from + c + 2]))
                            .add(v.lanewise(VectorOperators.LSHR, 12)
                                    .mul(ShortVector.broadcast(Lanes.SHORTS, a[from + c + 3])))));
        }
        sum.intoArray(pieces, to);
    }
}
