package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Width.SPECIES;
import static moira.engine.kernel.vector.Width.WIDTH;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.PackedKernels;
import moira.engine.kernel.Packing;

/**
 * Unpacked codes times tiles of four tokens, two vectors of rows at a time: the integers of a scale's columns in one method, what
 * they are worth in another, an array between them (see {@link KDot}).
 */
final class CodesTile {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final int TOKENS = PackedKernels.TILE_TOKENS;
    private static final ThreadLocal<CodesTile> TILE = ThreadLocal.withInitial(CodesTile::new);

    /** A step of the work on a tile. */
    @FunctionalInterface
    private interface Step {
        void run();
    }

    /** Sums of a scale's columns, {@code [4 tokens][2 vectors]}. */
    private final float[] sums = new float[TOKENS * 2 * WIDTH];

    /** What has been added up so far, the same shape. */
    private final float[] total = new float[TOKENS * 2 * WIDTH];

    private final Step[] scaleSteps = {this::multiply, this::addScaled, this::next};
    private final Step[] minimumSteps = {this::subtractMinimums, this::next};

    private MemorySegment panels;
    private Int8Rows x;
    private float[] factors;
    private int columns;

    /** Columns {@code [column, column + count)} are at work, of rows {@code row} and more, of tokens {@code token} and more. */
    private int column;

    private int count;
    private int row;
    private int token;
    private long left;
    private long right;
    private int leftFactor;
    private int rightFactor;

    static void product(
            Packing packing,
            MemorySegment panels,
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
        CodesTile tile = TILE.get();
        tile.panels = panels;
        tile.x = x;
        tile.columns = columns;
        for (int row = 0; row < rows; row += 2 * WIDTH) {
            for (int t = 0; t < tokens; t += TOKENS) {
                tile.token = first + t;
                tile.run(packing, row, scales, minimums);
                tile.store(row, rows, y, yAt + t * yStride, yStride);
            }
        }
    }

    private void run(Packing packing, int row, float[] scales, float[] minimums) {
        Arrays.fill(total, 0);
        this.row = row;
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
        place();
        while (column < from + width) {
            // One call for three kinds of steps and more: none of them is ever inlined here.
            for (Step step : steps) {
                step.run();
            }
        }
    }

    private void next() {
        column += count;
        place();
    }

    private void place() {
        left = code(row);
        right = code(row + WIDTH);
        leftFactor = factor(row);
        rightFactor = factor(row + WIDTH);
    }

    private long code(int row) {
        return ((long) (row / Kernels.LANES) * columns + column) * Kernels.COLUMN_BYTES
                + (long) (row % Kernels.LANES) * Float.BYTES;
    }

    private int factor(int row) {
        return (row / Kernels.LANES * columns + column) / count * Kernels.LANES + row % Kernels.LANES;
    }

    private void multiply() {
        float[] a = x.floats();
        int x0 = token * columns + column;
        int x1 = x0 + columns;
        int x2 = x1 + columns;
        int x3 = x2 + columns;
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s01 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s11 = FloatVector.zero(SPECIES);
        FloatVector s20 = FloatVector.zero(SPECIES);
        FloatVector s21 = FloatVector.zero(SPECIES);
        FloatVector s30 = FloatVector.zero(SPECIES);
        FloatVector s31 = FloatVector.zero(SPECIES);
        for (int c = 0; c < count; c++) {
            FloatVector v0 = FloatVector.fromMemorySegment(SPECIES, panels, left + c * Kernels.COLUMN_BYTES, ORDER);
            FloatVector v1 = FloatVector.fromMemorySegment(SPECIES, panels, right + c * Kernels.COLUMN_BYTES, ORDER);
            FloatVector b = FloatVector.broadcast(SPECIES, a[x0 + c]);
            s00 = b.fma(v0, s00);
            s01 = b.fma(v1, s01);
            b = FloatVector.broadcast(SPECIES, a[x1 + c]);
            s10 = b.fma(v0, s10);
            s11 = b.fma(v1, s11);
            b = FloatVector.broadcast(SPECIES, a[x2 + c]);
            s20 = b.fma(v0, s20);
            s21 = b.fma(v1, s21);
            b = FloatVector.broadcast(SPECIES, a[x3 + c]);
            s30 = b.fma(v0, s30);
            s31 = b.fma(v1, s31);
        }
        s00.intoArray(sums, 0);
        s01.intoArray(sums, WIDTH);
        s10.intoArray(sums, 2 * WIDTH);
        s11.intoArray(sums, 3 * WIDTH);
        s20.intoArray(sums, 4 * WIDTH);
        s21.intoArray(sums, 5 * WIDTH);
        s30.intoArray(sums, 6 * WIDTH);
        s31.intoArray(sums, 7 * WIDTH);
    }

    private void addScaled() {
        FloatVector s0 = FloatVector.fromArray(SPECIES, factors, leftFactor);
        FloatVector s1 = FloatVector.fromArray(SPECIES, factors, rightFactor);
        for (int t = 0; t < TOKENS; t++) {
            float scale = x.scales()[((token + t) * columns + column) / Packing.COLUMNS];
            int at = 2 * t * WIDTH;
            FloatVector.fromArray(SPECIES, sums, at)
                    .fma(s0.mul(scale), FloatVector.fromArray(SPECIES, total, at))
                    .intoArray(total, at);
            FloatVector.fromArray(SPECIES, sums, at + WIDTH)
                    .fma(s1.mul(scale), FloatVector.fromArray(SPECIES, total, at + WIDTH))
                    .intoArray(total, at + WIDTH);
        }
    }

    private void subtractMinimums() {
        FloatVector m0 = FloatVector.fromArray(SPECIES, factors, leftFactor);
        FloatVector m1 = FloatVector.fromArray(SPECIES, factors, rightFactor);
        for (int t = 0; t < TOKENS; t++) {
            int block = ((token + t) * columns + column) / Packing.COLUMNS;
            FloatVector codes = FloatVector.broadcast(SPECIES, -(x.scales()[block] * x.blockSum(block)));
            int at = 2 * t * WIDTH;
            m0.fma(codes, FloatVector.fromArray(SPECIES, total, at)).intoArray(total, at);
            m1.fma(codes, FloatVector.fromArray(SPECIES, total, at + WIDTH)).intoArray(total, at + WIDTH);
        }
    }

    private void store(int row, int rows, float[] y, int yAt, int yStride) {
        int n = Math.min(2 * WIDTH, rows - row);
        for (int t = 0; t < TOKENS; t++) {
            System.arraycopy(total, 2 * t * WIDTH, y, yAt + t * yStride + row, n);
        }
    }
}
