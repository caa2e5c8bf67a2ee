package moira.engine.kernel.vector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Packing;
import moira.engine.kernel.Prefetch;

/**
 * {@link Words} for codes of 4 bits that stand for the levels of {@link Packing#MXFP4}. A table in a register has what bytes stand
 * for, whatever their upper four bits are: so a look-up takes two columns of a word, and another one of the word moved by four bits the
 * other two. What comes of it are words of two columns, with factors of their own ({@link Int8Rows#eights}).
 *
 * <p>32 columns of (level times a) do not add up within 16 bits, 12 * 127 * 32 being more than 2^15. So the two columns of one look-up
 * are of the block's first half, those of the other of its second, and each half has its own sum.
 */
final class Levels {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, Lanes.SHORTS.vectorShape());
    private static final int LINE = Packing.LINE;

    /** Added to levels for products: the least one becomes 0, and words of two are not negative. */
    private static final int LIFT = 12;

    private static final byte[] LIFTED = table(LIFT);
    private static final byte[] LEVELS = table(0);

    /** Columns of a piece, and of a word after a look-up. */
    private static final int PIECE = 16;

    private static final int TWO = 2;

    private Levels() {}

    /** A look-up takes as many bits of a byte as there are bytes in a vector, so the table repeats itself. */
    private static byte[] table(int lift) {
        byte[] table = new byte[BYTES.length()];
        for (int i = 0; i < table.length; i++) {
            table[i] = (byte) (Packing.level(i % 16) + lift);
        }
        return table;
    }

    /** As {@link Words#fours}, two pieces a block. */
    static void sums(
            MemorySegment w, long at, int stride, int blocks, Int8Rows x, int from, int lines, short[] pieces) {
        for (int b = 0; b < blocks; b++) {
            int zero = Prefetch.lines(w, at + (long) b * stride, PackedDot.AHEAD, lines);
            int step = TWO + zero;
            int bits = 4 + zero;
            short[] a = x.eights();
            long line = at + (long) b * stride + zero;
            ByteVector table = ByteVector.fromArray(BYTES, LIFTED, zero);
            ShortVector by4 = ShortVector.broadcast(Lanes.SHORTS, (short) bits);
            ShortVector by8 = ShortVector.broadcast(Lanes.SHORTS, (short) (2 * bits));
            ShortVector left = ShortVector.broadcast(Lanes.SHORTS, (short) (-LIFT * x.sum(from, PIECE)));
            ShortVector right = left;
            ShortVector left2 = ShortVector.broadcast(Lanes.SHORTS, (short) (-LIFT * x.sum(from + PIECE, PIECE)));
            ShortVector right2 = left2;
            int end = from + PIECE;
            for (int c = from + zero; c < end; c += step) {
                ShortVector v = ShortVector.fromMemorySegment(Lanes.SHORTS, w, line, ORDER);
                ShortVector u = ShortVector.fromMemorySegment(Lanes.SHORTS, w, line + Lanes.NEXT, ORDER);
                ShortVector a0 = ShortVector.broadcast(Lanes.SHORTS, a[c]);
                ShortVector a1 = ShortVector.broadcast(Lanes.SHORTS, a[c + 1]);
                ShortVector b0 = ShortVector.broadcast(Lanes.SHORTS, a[c + PIECE]);
                ShortVector b1 = ShortVector.broadcast(Lanes.SHORTS, a[c + PIECE + 1]);
                ShortVector p = v.reinterpretAsBytes().selectFrom(table).reinterpretAsShorts();
                ShortVector q = v.lanewise(VectorOperators.LSHR, by4)
                        .reinterpretAsBytes()
                        .selectFrom(table)
                        .reinterpretAsShorts();
                left = left.add(
                        p.mul(a0).add(p.lanewise(VectorOperators.LSHR, by8).mul(a1)));
                left2 = left2.add(
                        q.mul(b0).add(q.lanewise(VectorOperators.LSHR, by8).mul(b1)));
                p = u.reinterpretAsBytes().selectFrom(table).reinterpretAsShorts();
                q = u.lanewise(VectorOperators.LSHR, by4)
                        .reinterpretAsBytes()
                        .selectFrom(table)
                        .reinterpretAsShorts();
                right = right.add(
                        p.mul(a0).add(p.lanewise(VectorOperators.LSHR, by8).mul(a1)));
                right2 = right2.add(
                        q.mul(b0).add(q.lanewise(VectorOperators.LSHR, by8).mul(b1)));
                line += LINE;
            }
            int to = 2 * b * Words.STRIDE;
            left.intoArray(pieces, to);
            right.intoArray(pieces, to + Lanes.COUNT);
            left2.intoArray(pieces, to + Words.STRIDE);
            right2.intoArray(pieces, to + Words.STRIDE + Lanes.COUNT);
            from += Packing.COLUMNS;
        }
    }

    /** The levels of a block of one vector of rows, as shorts {@code [32 columns][64 lanes]}. */
    static void unpack(MemorySegment w, long at, MemorySegment out, long to) {
        ByteVector table = ByteVector.fromArray(BYTES, LEVELS, 0);
        for (int c = 0; c < PIECE; c += TWO) {
            ShortVector v = ShortVector.fromMemorySegment(Lanes.SHORTS, w, at + c / TWO * LINE, ORDER);
            ShortVector p = v.reinterpretAsBytes().selectFrom(table).reinterpretAsShorts();
            ShortVector q = v.lanewise(VectorOperators.LSHR, 4)
                    .reinterpretAsBytes()
                    .selectFrom(table)
                    .reinterpretAsShorts();
            long column = to + c * LINE;
            p.lanewise(VectorOperators.LSHL, 8)
                    .lanewise(VectorOperators.ASHR, 8)
                    .intoMemorySegment(out, column, ORDER);
            p.lanewise(VectorOperators.ASHR, 8).intoMemorySegment(out, column + LINE, ORDER);
            q.lanewise(VectorOperators.LSHL, 8)
                    .lanewise(VectorOperators.ASHR, 8)
                    .intoMemorySegment(out, column + PIECE * LINE, ORDER);
            q.lanewise(VectorOperators.ASHR, 8).intoMemorySegment(out, column + (PIECE + 1) * LINE, ORDER);
        }
    }
}
