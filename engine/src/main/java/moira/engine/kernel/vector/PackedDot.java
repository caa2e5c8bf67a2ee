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

/**
 * A group times one token. 256 columns take three steps, sums in 16 bits ({@link Words}), factors in floats ({@link Factors}) and
 * their products ({@link Scaled}), with arrays between them: all in one is more than C2 inlines, and then vectors end up as objects.
 */
final class PackedDot {
    private static final int COLUMNS = 256;
    private static final int W = Width.WIDTH;

    private final short[] pieces = new short[32 * Lanes.COUNT];
    private final float[] scales = new float[2 * 16 * Kernels.LANES];
    private final float[] minimums = new float[2 * 8 * Kernels.LANES];

    /** What has been added up so far: the even lanes, then the odd ones. */
    private final float[] total = new float[2 * W];

    void product(
            Packing packing, MemorySegment w, long at, int columns, Int8Rows x, int row, float[] y, int yAt, int rows) {
        for (int part = 0; part < Lanes.PARTS; part++) {
            int lane = part * Lanes.COUNT;
            Arrays.fill(total, 0);
            for (int c = 0; c < columns; c += COLUMNS) {
                int width = Math.min(COLUMNS, columns - c);
                long from = at + (long) (c / packing.superColumns()) * packing.superBytes();
                add(packing, w, from, lane, width, x, (row * columns + c) / Packing.COLUMNS);
            }
            store(y, yAt, lane / 2, rows);
        }
    }

    private void add(Packing packing, MemorySegment w, long at, int lane, int columns, Int8Rows x, int block) {
        int panel = columns / packing.scaleColumns() * Kernels.LANES;
        int n = columns / packing.scaleColumns();
        Factors.read(packing, w, at, lane, columns, true, scales, minimums, 0, panel);
        long from = at + 2L * lane;
        int stride = packing.blocks() == 1 ? packing.superBytes() : packing.blockBytes();
        switch (packing.highBits()) {
            case 0 -> Words.fours(w, from, stride, n, x, block, pieces);
            case 1 -> Words.fives(w, from, stride, x, block, pieces);
            default -> Words.sixes(w, from, stride, x, block, pieces);
        }
        if (packing.highBits() == 0) {
            Scaled.single(pieces, 0, Lanes.COUNT, n, scales, 0, panel, x.scales(), block, total, 0, W);
        } else {
            int shift = packing.highBits() - 1;
            Scaled.pair(pieces, 0, Lanes.COUNT, n, scales, 0, panel, x.scales(), block, shift, total, 0, W);
        }
        if (packing.hasMinimums()) {
            Scaled.minimums(minimums, 0, panel, x.corrections(), block, total, 0, W);
        }
    }

    /** 8 bits: sums of two columns in 16 bits, which 32 bits take up. */
    void eights(MemorySegment w, long at, int columns, Int8Rows x, int row, float[] y, int yAt, int rows) {
        int blocks = columns / Packing.COLUMNS;
        for (int part = 0; part < Lanes.PARTS; part++) {
            eights(w, at, part * Lanes.COUNT, blocks, x, row * blocks);
            store(y, yAt, part * W, rows);
        }
    }

    private void eights(MemorySegment w, long at, int lane, int blocks, Int8Rows x, int first) {
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
        even.intoArray(total, 0);
        odd.intoArray(total, W);
    }

    /** The rows of the even lanes and, 16 further, those of the odd ones, as far as there are any. */
    private void store(float[] y, int yAt, int row, int rows) {
        for (int half = 0; half < 2; half++) {
            int to = half * Kernels.LANES + row;
            int n = Math.min(W, rows - to);
            if (n > 0) {
                System.arraycopy(total, half * W, y, yAt + to, n);
            }
        }
    }
}
