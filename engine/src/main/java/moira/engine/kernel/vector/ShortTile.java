package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Lanes.even;
import static moira.engine.kernel.vector.Lanes.odd;
import static moira.engine.kernel.vector.Lanes.toFloat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.PackedKernels;
import moira.engine.kernel.Packing;

/**
 * Codes unpacked to 16 bits times tiles of four tokens, two groups of rows at a time: as many multiply-adds an instruction as
 * lanes of 16 bits, twice those of floats. Steps are methods of their own with arrays between them (see {@link KDot}).
 */
final class ShortTile {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final int TOKENS = PackedKernels.TILE_TOKENS;
    private static final int COUNT = Lanes.COUNT;
    private static final int W = Width.WIDTH;
    private static final ThreadLocal<ShortTile> TILE = ThreadLocal.withInitial(ShortTile::new);

    /** A step of the work on a tile. */
    @FunctionalInterface
    private interface Step {
        void run();
    }

    /** Sums of a scale's columns, {@code [4 pieces][4 tokens][2 groups][lanes]}. */
    private final short[] sums = new short[4 * TOKENS * 2 * COUNT];

    /** What has been added up so far, {@code [4 tokens][2 groups][even, odd][lanes / 2]}. */
    private final float[] total = new float[TOKENS * 2 * 2 * W];

    private final Step[] scaleSteps = {this::multiply, this::addScaled, this::next};
    private final Step[] minimumSteps = {this::subtractMinimums, this::next};

    private MemorySegment codes;
    private Int8Rows x;
    private float[] factors;
    private int columns;

    /** Lanes {@code [lane, lane + COUNT)} of both groups are at work, on columns {@code [column, column + count)}. */
    private int lane;

    private int column;
    private int count;
    private int token;

    /** Columns whose sums fit 16 bits. */
    private int pieceColumns;

    /** What was taken off every code for that, and is to be put back. */
    private int taken;

    static void product(
            Packing packing,
            MemorySegment codes,
            int rows,
            int columns,
            float[] scales,
            float[] minimums,
            Int8Rows x,
            int first,
            int tokens,
            float[] y,
            int yAt,
            int yStride) {
        ShortTile tile = TILE.get();
        tile.codes = codes;
        tile.x = x;
        tile.columns = columns;
        tile.pieceColumns = packing.pieceColumns();
        tile.taken = packing.middle() - packing.offset();
        for (int part = 0; part < Lanes.PARTS; part++) {
            tile.lane = part * COUNT;
            for (int t = 0; t < tokens; t += TOKENS) {
                tile.token = first + t;
                tile.run(packing, scales, minimums);
                tile.store(rows, y, yAt + t * yStride, yStride);
            }
        }
    }

    private void run(Packing packing, float[] scales, float[] minimums) {
        Arrays.fill(total, 0);
        for (int c = 0; c < columns; c += packing.superColumns()) {
            run(scaleSteps, scales, c, packing.superColumns(), packing.scaleColumns());
            if (packing.hasMinimums()) {
                run(minimumSteps, minimums, c, packing.superColumns(), Packing.COLUMNS);
            }
        }
    }

    private void run(Step[] steps, float[] factors, int from, int width, int count) {
        this.factors = factors;
        this.count = count;
        column = from;
        while (column < from + width) {
            // One call for three kinds of steps and more: none of them is ever inlined here.
            for (Step step : steps) {
                step.run();
            }
        }
    }

    private void next() {
        column += count;
    }

    private void multiply() {
        for (int piece = 0; piece < count / pieceColumns; piece++) {
            multiply(column + piece * pieceColumns, piece * TOKENS * 2 * COUNT);
        }
    }

    private void multiply(int from, int to) {
        short[] a = x.codes();
        int x0 = token * columns + from;
        int x1 = x0 + columns;
        int x2 = x1 + columns;
        int x3 = x2 + columns;
        long left = from * Kernels.COLUMN_BYTES + 2L * lane;
        long right = left + columns * Kernels.COLUMN_BYTES;
        ShortVector s00 = ShortVector.zero(Lanes.SHORTS);
        ShortVector s01 = ShortVector.zero(Lanes.SHORTS);
        ShortVector s10 = ShortVector.zero(Lanes.SHORTS);
        ShortVector s11 = ShortVector.zero(Lanes.SHORTS);
        ShortVector s20 = ShortVector.zero(Lanes.SHORTS);
        ShortVector s21 = ShortVector.zero(Lanes.SHORTS);
        ShortVector s30 = ShortVector.zero(Lanes.SHORTS);
        ShortVector s31 = ShortVector.zero(Lanes.SHORTS);
        for (int c = 0; c < pieceColumns; c++) {
            ShortVector v0 = ShortVector.fromMemorySegment(Lanes.SHORTS, codes, left + c * Kernels.COLUMN_BYTES, ORDER);
            ShortVector v1 =
                    ShortVector.fromMemorySegment(Lanes.SHORTS, codes, right + c * Kernels.COLUMN_BYTES, ORDER);
            ShortVector b = ShortVector.broadcast(Lanes.SHORTS, a[x0 + c]);
            s00 = s00.add(b.mul(v0));
            s01 = s01.add(b.mul(v1));
            b = ShortVector.broadcast(Lanes.SHORTS, a[x1 + c]);
            s10 = s10.add(b.mul(v0));
            s11 = s11.add(b.mul(v1));
            b = ShortVector.broadcast(Lanes.SHORTS, a[x2 + c]);
            s20 = s20.add(b.mul(v0));
            s21 = s21.add(b.mul(v1));
            b = ShortVector.broadcast(Lanes.SHORTS, a[x3 + c]);
            s30 = s30.add(b.mul(v0));
            s31 = s31.add(b.mul(v1));
        }
        s00.intoArray(sums, to);
        s01.intoArray(sums, to + COUNT);
        s10.intoArray(sums, to + 2 * COUNT);
        s11.intoArray(sums, to + 3 * COUNT);
        s20.intoArray(sums, to + 4 * COUNT);
        s21.intoArray(sums, to + 5 * COUNT);
        s30.intoArray(sums, to + 6 * COUNT);
        s31.intoArray(sums, to + 7 * COUNT);
    }

    private void addScaled() {
        int pieces = count / pieceColumns;
        for (int cell = 0; cell < TOKENS * 2; cell++) {
            int block = ((token + cell / 2) * columns + column) / Packing.COLUMNS;
            int back = taken == 0 ? 0 : taken * x.blockSum(block);
            IntVector evenSum = IntVector.broadcast(Lanes.INTS, back);
            IntVector oddSum = evenSum;
            for (int piece = 0; piece < pieces; piece++) {
                IntVector pairs = ShortVector.fromArray(Lanes.SHORTS, sums, (piece * TOKENS * 2 + cell) * COUNT)
                        .reinterpretAsInts();
                evenSum = evenSum.add(even(pairs));
                oddSum = oddSum.add(odd(pairs));
            }
            int factor = factor(cell % 2);
            float scale = x.scales()[block];
            add(evenSum, factor, scale, 2 * cell * W);
            add(oddSum, factor + columns / count * Kernels.LANES, scale, (2 * cell + 1) * W);
        }
    }

    private void add(IntVector sum, int factor, float scale, int at) {
        toFloat(sum)
                .fma(
                        FloatVector.fromArray(Lanes.FLOATS, factors, factor).mul(scale),
                        FloatVector.fromArray(Lanes.FLOATS, total, at))
                .intoArray(total, at);
    }

    /** Where the factors of a group's even lanes are; those of its odd lanes are a panel further. */
    private int factor(int group) {
        return (2 * group * columns + column) / count * Kernels.LANES + lane / 2;
    }

    private void subtractMinimums() {
        for (int cell = 0; cell < TOKENS * 2; cell++) {
            int block = ((token + cell / 2) * columns + column) / Packing.COLUMNS;
            FloatVector codeSum = FloatVector.broadcast(Lanes.FLOATS, -(x.scales()[block] * x.blockSum(block)));
            for (int half = 0; half < 2; half++) {
                int at = (2 * cell + half) * W;
                int factor = factor(cell % 2) + half * columns / count * Kernels.LANES;
                FloatVector.fromArray(Lanes.FLOATS, factors, factor)
                        .fma(codeSum, FloatVector.fromArray(Lanes.FLOATS, total, at))
                        .intoArray(total, at);
            }
        }
    }

    private void store(int rows, float[] y, int yAt, int yStride) {
        for (int run = 0; run < TOKENS * 4; run++) {
            int row = run % 4 * Kernels.LANES + lane / 2;
            int n = Math.clamp(rows - row, 0, W);
            if (n > 0) {
                System.arraycopy(total, run * W, y, yAt + run / 4 * yStride + row, n);
            }
        }
    }
}
