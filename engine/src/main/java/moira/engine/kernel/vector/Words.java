package moira.engine.kernel.vector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Packing;
import moira.engine.kernel.Prefetch;

/**
 * Sums of codes times activations straight from their words of 16 bits ({@link Int8Rows#fours}), in pieces whose columns add up
 * within 16 bits: 32 of (q - 8) a for 4 bits, 16 of (q - 16) a for 5, 8 of (q - 32) a for 6, all within 32 512. Nothing is
 * subtracted from a code: sums wrap around, so they may as well start at -middle times the sum of a, and end where they should.
 *
 * <p>Two neighbouring vectors of lanes at a time, which share every broadcast activation and lie side by side in memory. Written
 * without helpers: what C2 has not inlined when a method has so and so many nodes, it does not inline at all, except for the methods
 * of the Vector API themselves. Shifts are by vectors, since C2 makes a constant count anew for every shift of shorts.
 */
final class Words {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final int LINE = Packing.LINE;

    /** From a piece to the next one: between them is that of the second vector. */
    static final int STRIDE = Lanes.PAIR;

    /** Columns of a word of low bits, and bits of a code in it. */
    private static final int FOUR = 4;

    private Words() {}

    /**
     * Of 4 bits, a piece a block.
     *
     * @param at where the first block's first vector is; the next block's is {@code stride} further
     * @param from the first column, of all rows of x
     * @param lines that are fetched for what is to come, with every piece
     * @param pieces {@code [blocks][2 vectors][lanes of a vector]}
     */
    static void fours(
            MemorySegment w, long at, int stride, int blocks, Int8Rows x, int from, int lines, short[] pieces) {
        for (int b = 0; b < blocks; b++) {
            int zero = Prefetch.lines(w, at + (long) b * stride, PackedDot.AHEAD, lines);
            int step = FOUR + zero;
            int bits = FOUR + zero;
            short[] a = x.fours();
            long line = at + (long) b * stride + zero;
            ShortVector by4 = ShortVector.broadcast(Lanes.SHORTS, (short) bits);
            ShortVector by8 = ShortVector.broadcast(Lanes.SHORTS, (short) (2 * bits));
            ShortVector by12 = ShortVector.broadcast(Lanes.SHORTS, (short) (3 * bits));
            ShortVector left = ShortVector.broadcast(Lanes.SHORTS, (short) (-8 * x.sum(from, Packing.COLUMNS)));
            ShortVector right = left;
            int end = from + Packing.COLUMNS;
            for (int c = from + zero; c < end; c += step) {
                ShortVector v = ShortVector.fromMemorySegment(Lanes.SHORTS, w, line, ORDER);
                ShortVector u = ShortVector.fromMemorySegment(Lanes.SHORTS, w, line + Lanes.NEXT, ORDER);
                ShortVector a0 = ShortVector.broadcast(Lanes.SHORTS, a[c]);
                ShortVector a1 = ShortVector.broadcast(Lanes.SHORTS, a[c + 1]);
                ShortVector a2 = ShortVector.broadcast(Lanes.SHORTS, a[c + 2]);
                ShortVector a3 = ShortVector.broadcast(Lanes.SHORTS, a[c + 3]);
                left = left.add(v.mul(a0)
                        .add(v.lanewise(VectorOperators.LSHR, by4).mul(a1))
                        .add(v.lanewise(VectorOperators.LSHR, by8)
                                .mul(a2)
                                .add(v.lanewise(VectorOperators.LSHR, by12).mul(a3))));
                right = right.add(u.mul(a0)
                        .add(u.lanewise(VectorOperators.LSHR, by4).mul(a1))
                        .add(u.lanewise(VectorOperators.LSHR, by8)
                                .mul(a2)
                                .add(u.lanewise(VectorOperators.LSHR, by12).mul(a3))));
                line += LINE;
            }
            left.intoArray(pieces, b * STRIDE);
            right.intoArray(pieces, b * STRIDE + Lanes.COUNT);
            from = end;
        }
    }

    /**
     * Of 5 and 6 bits, {@code n} pieces, each with a line of high bits behind its low ones; otherwise as {@link #fours}.
     */
    static void fivesAndSixes(
            Packing packing,
            MemorySegment w,
            long at,
            int stride,
            int n,
            Int8Rows x,
            int from,
            int lines,
            short[] pieces) {
        int columns = packing.pieceColumns();
        int ofBlock = Packing.COLUMNS / columns;
        short highBits = (short) packing.highBits();
        int middle = packing.middle();
        short[] a = x.fours();
        short[] high = highBits == 1 ? x.ones() : x.twos();
        int pieceBytes = (columns / FOUR + 1) * LINE;
        for (int i = 0; i < n; i++) {
            long piece = at + (long) (i / ofBlock) * stride + i % ofBlock * pieceBytes;
            int zero = Prefetch.lines(w, piece, PackedDot.AHEAD, lines);
            int step = FOUR + zero;
            int bits = FOUR + zero;
            long line = piece + zero;
            ShortVector by4 = ShortVector.broadcast(Lanes.SHORTS, (short) bits);
            ShortVector by8 = ShortVector.broadcast(Lanes.SHORTS, (short) (2 * bits));
            ShortVector by12 = ShortVector.broadcast(Lanes.SHORTS, (short) (3 * bits));
            ShortVector left = ShortVector.broadcast(Lanes.SHORTS, (short) (-middle * x.sum(from, columns)));
            ShortVector right = left;
            int end = from + columns;
            for (int c = from + zero; c < end; c += step) {
                ShortVector p = ShortVector.fromMemorySegment(Lanes.SHORTS, w, line, ORDER);
                ShortVector q = ShortVector.fromMemorySegment(Lanes.SHORTS, w, line + Lanes.NEXT, ORDER);
                ShortVector a0 = ShortVector.broadcast(Lanes.SHORTS, a[c]);
                ShortVector a1 = ShortVector.broadcast(Lanes.SHORTS, a[c + 1]);
                ShortVector a2 = ShortVector.broadcast(Lanes.SHORTS, a[c + 2]);
                ShortVector a3 = ShortVector.broadcast(Lanes.SHORTS, a[c + 3]);
                left = left.add(p.mul(a0)
                        .add(p.lanewise(VectorOperators.LSHR, by4).mul(a1))
                        .add(p.lanewise(VectorOperators.LSHR, by8)
                                .mul(a2)
                                .add(p.lanewise(VectorOperators.LSHR, by12).mul(a3))));
                right = right.add(q.mul(a0)
                        .add(q.lanewise(VectorOperators.LSHR, by4).mul(a1))
                        .add(q.lanewise(VectorOperators.LSHR, by8)
                                .mul(a2)
                                .add(q.lanewise(VectorOperators.LSHR, by12).mul(a3))));
                line += LINE;
            }
            ShortVector v = ShortVector.fromMemorySegment(Lanes.SHORTS, w, line, ORDER);
            ShortVector u = ShortVector.fromMemorySegment(Lanes.SHORTS, w, line + Lanes.NEXT, ORDER);
            ShortVector byHighBits = ShortVector.broadcast(Lanes.SHORTS, highBits);
            for (int c = from; c < end; c++) {
                ShortVector b = ShortVector.broadcast(Lanes.SHORTS, high[c]);
                left = left.add(v.mul(b));
                right = right.add(u.mul(b));
                v = v.lanewise(VectorOperators.LSHR, byHighBits);
                u = u.lanewise(VectorOperators.LSHR, byHighBits);
            }
            left.intoArray(pieces, i * STRIDE);
            right.intoArray(pieces, i * STRIDE + Lanes.COUNT);
            from = end;
        }
    }
}
