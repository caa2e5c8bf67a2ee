package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Lanes.even;
import static moira.engine.kernel.vector.Lanes.odd;
import static moira.engine.kernel.vector.Lanes.toFloat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.Packing;
import moira.engine.kernel.Unpacked;

/** Codes of packed groups as shorts or floats; belongs to one thread. */
final class Unpack {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /** Bytes of a column of shorts, as of a line of words. */
    private static final int COLUMN = Packing.LINE;

    /** A block in shorts, on its way to floats. */
    private final MemorySegment block = Arena.ofAuto().allocate(Packing.COLUMNS * COLUMN, 64);

    void codes(MemorySegment w, long at, Unpacked to) {
        Packing packing = to.packing();
        int blocks = to.columns() / Packing.COLUMNS;
        int panel = Math.toIntExact(to.columns() * Kernels.COLUMN_BYTES);
        for (int b = 0; b < blocks; b++) {
            long superBlock = at + (long) (b / packing.blocks()) * packing.superBytes();
            for (int lane = 0; lane < Packing.ROWS; lane += Lanes.COUNT) {
                long column = b * Packing.COLUMNS * Kernels.COLUMN_BYTES;
                long rows = Lanes.rows(lane, panel / Float.BYTES) * (long) Float.BYTES;
                if (to.shorts()) {
                    shorts(packing, w, superBlock, b, lane, to.codes(), b * Packing.COLUMNS * COLUMN);
                } else if (packing.bits() == 8) {
                    eights(w, superBlock + packing.blockAt(0) + lane, to.codes(), column + rows, panel);
                } else {
                    shorts(packing, w, superBlock, b, lane, block, 0);
                    floats(packing, lane, to.codes(), column + rows, panel);
                }
            }
        }
    }

    /** The codes less their middle of a block, {@code b} of all. */
    private static void shorts(
            Packing packing, MemorySegment w, long superBlock, int b, int lane, MemorySegment out, long to) {
        long block = superBlock + packing.blockAt(b % packing.blocks());
        long low = block + 2L * lane;
        if (packing.hasLevels()) {
            Levels.unpack(w, low, out, to + 2L * lane);
            return;
        }
        switch (packing.bits()) {
            case 4 -> fours(w, low, out, to + 2L * lane);
            case 5 -> fives(w, low, out, to + 2L * lane);
            case 6 -> sixes(w, low, out, to + 2L * lane);
            default -> throw new IllegalArgumentException(packing + ": its products do not fit into shorts");
        }
    }

    private void floats(Packing packing, int lane, MemorySegment out, long to, long panel) {
        short back = (short) (packing.middle() - packing.offset());
        for (int c = 0; c < 32; c++) {
            IntVector pairs = ShortVector.fromMemorySegment(Lanes.SHORTS, block, c * COLUMN + 2 * lane, ORDER)
                    .add(back)
                    .reinterpretAsInts();
            toFloat(even(pairs)).intoMemorySegment(out, to + c * Kernels.COLUMN_BYTES, ORDER);
            toFloat(odd(pairs)).intoMemorySegment(out, to + panel + c * Kernels.COLUMN_BYTES, ORDER);
        }
    }

    private static void fours(MemorySegment w, long at, MemorySegment out, long to) {
        for (int c = 0; c < 32; c += 4) {
            ShortVector v = ShortVector.fromMemorySegment(Lanes.SHORTS, w, at + c / 4 * COLUMN, ORDER);
            long column = to + c * COLUMN;
            v.and((short) 15).sub((short) 8).intoMemorySegment(out, column, ORDER);
            v.lanewise(VectorOperators.LSHR, 4)
                    .and((short) 15)
                    .sub((short) 8)
                    .intoMemorySegment(out, column + COLUMN, ORDER);
            v.lanewise(VectorOperators.LSHR, 8)
                    .and((short) 15)
                    .sub((short) 8)
                    .intoMemorySegment(out, column + 2 * COLUMN, ORDER);
            v.lanewise(VectorOperators.LSHR, 12).sub((short) 8).intoMemorySegment(out, column + 3 * COLUMN, ORDER);
        }
    }

    private static void fives(MemorySegment w, long at, MemorySegment out, long to) {
        for (int c = 0; c < 32; c++) {
            ShortVector low = ShortVector.fromMemorySegment(Lanes.SHORTS, w, at + (c / 16 + c / 4) * COLUMN, ORDER)
                    .lanewise(VectorOperators.LSHR, c % 4 * 4)
                    .and((short) 15);
            ShortVector.fromMemorySegment(Lanes.SHORTS, w, at + (c / 16 * 5 + 4) * COLUMN, ORDER)
                    .lanewise(VectorOperators.LSHR, c % 16)
                    .and((short) 1)
                    .lanewise(VectorOperators.LSHL, 4)
                    .or(low)
                    .sub((short) 16)
                    .intoMemorySegment(out, to + c * COLUMN, ORDER);
        }
    }

    private static void sixes(MemorySegment w, long at, MemorySegment out, long to) {
        for (int c = 0; c < 32; c++) {
            ShortVector low = ShortVector.fromMemorySegment(Lanes.SHORTS, w, at + (c / 8 + c / 4) * COLUMN, ORDER)
                    .lanewise(VectorOperators.LSHR, c % 4 * 4)
                    .and((short) 15);
            ShortVector.fromMemorySegment(Lanes.SHORTS, w, at + (c / 8 * 3 + 2) * COLUMN, ORDER)
                    .lanewise(VectorOperators.LSHR, c % 8 * 2)
                    .and((short) 3)
                    .lanewise(VectorOperators.LSHL, 4)
                    .or(low)
                    .sub((short) 32)
                    .intoMemorySegment(out, to + c * COLUMN, ORDER);
        }
    }

    /** Straight to floats. */
    private static void eights(MemorySegment w, long at, MemorySegment out, long to, long panel) {
        for (int c = 0; c < 32; c++) {
            IntVector pairs = Lanes.signed(w, at + c * Packing.ROWS).reinterpretAsInts();
            toFloat(even(pairs)).intoMemorySegment(out, to + c * Kernels.COLUMN_BYTES, ORDER);
            toFloat(odd(pairs)).intoMemorySegment(out, to + panel + c * Kernels.COLUMN_BYTES, ORDER);
        }
    }
}
