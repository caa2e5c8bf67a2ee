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
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.Packing;
import moira.engine.kernel.Unpacked;

/**
 * Two groups of rows times one token. 256 columns take three steps, sums in 16 bits ({@link Words}), factors in floats ({@link Factors}) and
 * their products ({@link Scaled}), with arrays between them: all in one is more than C2 inlines, and then vectors end up as objects.
 */
final class PackedDot {
    private static final int COLUMNS = 256;

    /** {@code [pieces][2 groups][lanes of a vector]}. */
    private final short[] pieces = new short[32 * Words.STRIDE];

    private final float[] scales = new float[4 * 16 * Kernels.LANES];
    private final float[] minimums = new float[4 * 8 * Kernels.LANES];

    /** What the rows of both groups have added up to so far. */
    private final float[] total = new float[Unpacked.ROWS];

    void product(
            Packing packing, MemorySegment w, long at, int columns, Int8Rows x, int row, float[] y, int yAt, int rows) {
        Arrays.fill(total, 0);
        for (int c = 0; c < columns; c += COLUMNS) {
            int width = Math.min(COLUMNS, columns - c);
            long left = at + (long) (c / packing.superColumns()) * packing.superBytes();
            // What there is of a second group may be nothing; then the first one stands in for it.
            long right = rows > Packing.ROWS ? left + packing.groupBytes(columns) : left;
            for (int lane = 0; lane < Packing.ROWS; lane += Lanes.COUNT) {
                add(packing, w, left, right, lane, width, x, (row * columns + c) / Packing.COLUMNS);
            }
        }
        System.arraycopy(total, 0, y, yAt, rows);
    }

    private void add(
            Packing packing, MemorySegment w, long left, long right, int lane, int columns, Int8Rows x, int block) {
        int n = columns / packing.scaleColumns();
        int panel = n * Kernels.LANES;
        Factors.read(packing, w, left, lane, columns, true, scales, minimums, 0, panel);
        Factors.read(packing, w, right, lane, columns, true, scales, minimums, 2 * panel, panel);
        sums(packing, w, left + 2L * lane, n, x, block, 0);
        sums(packing, w, right + 2L * lane, n, x, block, Lanes.COUNT);
        int y = lane / 2;
        if (packing.highBits() == 0) {
            Scaled.single(pieces, 0, Words.STRIDE, n, scales, 0, panel, x.scales(), block, total, y);
        } else {
            int shift = packing.highBits() - 1;
            Scaled.pair(pieces, 0, Words.STRIDE, n, scales, 0, panel, x.scales(), block, shift, total, y);
        }
        if (packing.hasMinimums()) {
            Scaled.minimums(minimums, 0, panel, x.corrections(), block, total, y);
        }
    }

    private void sums(Packing packing, MemorySegment w, long at, int n, Int8Rows x, int block, int to) {
        int stride = packing.blocks() == 1 ? packing.superBytes() : packing.blockBytes();
        switch (packing.highBits()) {
            case 0 -> Words.fours(w, at, stride, n, x, block, pieces, to);
            case 1 -> Words.fives(w, at, stride, x, block, pieces, to);
            default -> Words.sixes(w, at, stride, x, block, pieces, to);
        }
    }

    /** 8 bits: sums of two columns in 16 bits, which 32 bits take up. */
    void eights(MemorySegment w, long at, int columns, Int8Rows x, int row, float[] y, int yAt, int rows) {
        int blocks = columns / Packing.COLUMNS;
        for (int r = 0; r < rows; r += Packing.ROWS) {
            long group = at + r / Packing.ROWS * Packing.Q8_0.groupBytes(columns);
            for (int lane = 0; lane < Packing.ROWS; lane += Lanes.COUNT) {
                eights(w, group, lane, blocks, x, row * blocks, r + lane / 2);
            }
        }
        System.arraycopy(total, 0, y, yAt, rows);
    }

    private void eights(MemorySegment w, long at, int lane, int blocks, Int8Rows x, int first, int to) {
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
            IntVector d = Lanes.pairs(w, base + Packing.Q8_0.halvesAt() + 2 * lane);
            even = toFloat(evenSum).fma(evenHalf(d).mul(x.scales()[b]), even);
            odd = toFloat(oddSum).fma(oddHalf(d).mul(x.scales()[b]), odd);
        }
        even.intoArray(total, to);
        odd.intoArray(total, to + Kernels.LANES);
    }
}
