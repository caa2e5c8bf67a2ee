package moira.engine.kernel.vector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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

    /**
     * Of 256 bits where a processor has 512, but no look-up of so many bytes: then one in C2's place would be a hundred times slower
     * than all else here.
     */
    private static final VectorSpecies<Short> SHORTS = looksUp(Lanes.SHORTS) ? Lanes.SHORTS : ShortVector.SPECIES_256;

    private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, SHORTS.vectorShape());
    private static final int COUNT = SHORTS.length();
    private static final int NEXT = COUNT * Short.BYTES;
    private static final int LINE = Packing.LINE;

    /** Added to levels for products: the least one becomes 0, and words of two are not negative. */
    private static final int LIFT = 12;

    private static final byte[] LIFTED = table(LIFT);
    private static final byte[] LEVELS = table(0);

    /** Columns of a piece, and of a word after a look-up. */
    private static final int PIECE = 16;

    private static final int TWO = 2;

    private Levels() {}

    /** AVX-512 has it since VBMI (2018), which Java does not tell of and Linux does. */
    private static boolean looksUp(VectorSpecies<Short> species) {
        if (species.vectorBitSize() < 512) {
            return true;
        }
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.anyMatch(line -> line.startsWith("flags") && line.contains(" avx512vbmi"));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

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
            int end = from + PIECE;
            ByteVector table = ByteVector.fromArray(BYTES, LIFTED, zero);
            ShortVector by4 = ShortVector.broadcast(SHORTS, (short) bits);
            ShortVector by8 = ShortVector.broadcast(SHORTS, (short) (2 * bits));
            for (int lane = 0; lane < Lanes.PAIR; lane += 2 * COUNT) {
                long line = at + (long) b * stride + 2 * lane + zero;
                ShortVector left = ShortVector.broadcast(SHORTS, (short) (-LIFT * x.sum(from, PIECE)));
                ShortVector right = left;
                ShortVector left2 = ShortVector.broadcast(SHORTS, (short) (-LIFT * x.sum(end, PIECE)));
                ShortVector right2 = left2;
                for (int c = from + zero; c < end; c += step) {
                    ShortVector v = ShortVector.fromMemorySegment(SHORTS, w, line, ORDER);
                    ShortVector u = ShortVector.fromMemorySegment(SHORTS, w, line + NEXT, ORDER);
                    ShortVector a0 = ShortVector.broadcast(SHORTS, a[c]);
                    ShortVector a1 = ShortVector.broadcast(SHORTS, a[c + 1]);
                    ShortVector b0 = ShortVector.broadcast(SHORTS, a[c + PIECE]);
                    ShortVector b1 = ShortVector.broadcast(SHORTS, a[c + PIECE + 1]);
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
                int to = 2 * b * Words.STRIDE + lane;
                left.intoArray(pieces, to);
                right.intoArray(pieces, to + COUNT);
                left2.intoArray(pieces, to + Words.STRIDE);
                right2.intoArray(pieces, to + Words.STRIDE + COUNT);
            }
            from += Packing.COLUMNS;
        }
    }

    /** The levels of a block, of as many rows as {@link Lanes#COUNT}, as shorts {@code [32 columns][64 lanes]}. */
    static void unpack(MemorySegment w, long at, MemorySegment out, long to) {
        for (int lane = 0; lane < Lanes.COUNT; lane += COUNT) {
            unpackVector(w, at + 2L * lane, out, to + 2L * lane);
        }
    }

    private static void unpackVector(MemorySegment w, long at, MemorySegment out, long to) {
        ByteVector table = ByteVector.fromArray(BYTES, LEVELS, 0);
        for (int c = 0; c < PIECE; c += TWO) {
            ShortVector v = ShortVector.fromMemorySegment(SHORTS, w, at + c / TWO * LINE, ORDER);
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
