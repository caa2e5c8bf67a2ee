package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Lanes.even;
import static moira.engine.kernel.vector.Lanes.evenHalf;
import static moira.engine.kernel.vector.Lanes.odd;
import static moira.engine.kernel.vector.Lanes.oddHalf;
import static moira.engine.kernel.vector.Lanes.toFloat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.Packing;

/** Some lanes of a group as floats, in the two panels of their rows. */
final class Unpack {
    private static final int LOW = 512;

    private final MemorySegment w;
    private final MemorySegment codes;

    /** From the even lanes' value to the odd lanes': the second panel. */
    private final long panel;

    private final short offset;

    /** Whether codes go out as 16 bits, lane by lane, and not as floats, row by row. */
    private final boolean shorts;

    Unpack(Packing packing, MemorySegment w, MemorySegment codes, int columns, boolean shorts) {
        this.shorts = shorts;
        this.w = w;
        this.codes = codes;
        this.panel = columns * Kernels.COLUMN_BYTES;
        this.offset = (short) (shorts ? packing.middle() : packing.offset());
    }

    /**
     * The codes of a block.
     *
     * @param block where it starts, of this part's lanes
     * @param to where its first column goes in the first panel, of this part's rows
     */
    void codes(Packing packing, long block, long to) {
        switch (packing) {
            case Q4_0, Q4_K -> fours(block, to);
            case Q5_K -> fives(block, to);
            case Q6_K -> sixes(block, to);
            case Q8_0 -> eights(block, to);
        }
    }

    private void put(ShortVector q, long to) {
        if (shorts) {
            q.sub(offset).intoMemorySegment(codes, to, ByteOrder.nativeOrder());
            return;
        }
        IntVector pairs = q.sub(offset).reinterpretAsInts();
        toFloat(even(pairs)).intoMemorySegment(codes, to, ByteOrder.nativeOrder());
        toFloat(odd(pairs)).intoMemorySegment(codes, to + panel, ByteOrder.nativeOrder());
    }

    private void fours(long block, long to) {
        for (int c = 0; c < 32; c += 2) {
            ShortVector low = Lanes.unsigned(w, block + c * 16);
            put(low.and((short) 15), to + c * Kernels.COLUMN_BYTES);
            put(low.lanewise(VectorOperators.LSHR, 4), to + (c + 1) * Kernels.COLUMN_BYTES);
        }
    }

    private void fives(long block, long to) {
        for (int c = 0; c < 32; c += 2) {
            ShortVector low = Lanes.unsigned(w, block + c * 16);
            ShortVector high = Lanes.unsigned(w, block + LOW + c / 8 * 32).lanewise(VectorOperators.LSHR, c % 8);
            put(
                    low.and((short) 15).or(high.and((short) 1).lanewise(VectorOperators.LSHL, 4)),
                    to + c * Kernels.COLUMN_BYTES);
            put(
                    low.lanewise(VectorOperators.LSHR, 4).or(high.and((short) 2).lanewise(VectorOperators.LSHL, 3)),
                    to + (c + 1) * Kernels.COLUMN_BYTES);
        }
    }

    private void sixes(long block, long to) {
        for (int c = 0; c < 32; c += 2) {
            ShortVector low = Lanes.unsigned(w, block + c * 16);
            ShortVector high = Lanes.unsigned(w, block + LOW + c / 4 * 32).lanewise(VectorOperators.LSHR, c % 4 * 2);
            put(
                    low.and((short) 15).or(high.and((short) 3).lanewise(VectorOperators.LSHL, 4)),
                    to + c * Kernels.COLUMN_BYTES);
            put(
                    low.lanewise(VectorOperators.LSHR, 4)
                            .or(high.and((short) 12).lanewise(VectorOperators.LSHL, 2)),
                    to + (c + 1) * Kernels.COLUMN_BYTES);
        }
    }

    private void eights(long block, long to) {
        for (int c = 0; c < 32; c++) {
            put(Lanes.signed(w, block + c * 32), to + c * Kernels.COLUMN_BYTES);
        }
    }

    /**
     * The products of halves and byte scales of a super-block.
     *
     * @param halves where they are, of this part's lanes
     * @param bytes the same of the byte scales; negative for none
     * @param out the even lanes go to {@code outAt}, the odd ones {@code outPanel} later
     */
    void scales(Packing packing, long halves, long bytes, float[] out, int outAt, int outPanel) {
        IntVector d = Lanes.pairs(w, halves);
        FloatVector even = evenHalf(d);
        FloatVector odd = oddHalf(d);
        if (!packing.hasByteScales()) {
            even.intoArray(out, outAt);
            odd.intoArray(out, outAt + outPanel);
            return;
        }
        int n = packing.superColumns() / packing.scaleColumns();
        for (int i = 0; i < n; i++) {
            IntVector s = Lanes.signed(w, bytes + i * 32).reinterpretAsInts();
            even.mul(toFloat(even(s))).intoArray(out, outAt + i * Kernels.LANES);
            odd.mul(toFloat(odd(s))).intoArray(out, outAt + outPanel + i * Kernels.LANES);
        }
    }
}
