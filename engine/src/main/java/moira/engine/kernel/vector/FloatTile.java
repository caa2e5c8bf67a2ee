package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Width.SPECIES;
import static moira.engine.kernel.vector.Width.WIDTH;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.PackedKernels;
import moira.engine.kernel.Packing;
import moira.engine.kernel.Unpacked;

/**
 * {@link ShortTile} for codes of 8 bits, as floats: four tokens, two vectors of rows at a time. The sums are those of {@link
 * Tile#fourByTwo}, written again: a call of it, with its stores for the last rows of a matrix, cost a prompt of Q8_0 2 to 8 % of its
 * tokens a second.
 */
final class FloatTile {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final int TOKENS = PackedKernels.TILE_TOKENS;
    private static final int CELLS = 2 * TOKENS;
    private static final ThreadLocal<FloatTile> TILE = ThreadLocal.withInitial(FloatTile::new);

    /** {@code [blocks][4 tokens][2 vectors]}. */
    private float[] sums = new float[0];

    static void product(Unpacked w, int column, Int8Rows x, int first, int tokens, float[] y) {
        FloatTile tile = TILE.get();
        int blocks = w.columns() / Packing.COLUMNS;
        if (tile.sums.length < blocks * CELLS * WIDTH) {
            tile.sums = new float[blocks * CELLS * WIDTH];
        }
        for (int row = 0; row < Packing.ROWS; row += 2 * WIDTH) {
            for (int t = 0; t < tokens; t += TOKENS) {
                int xAt = (first + t) * x.columns() + column;
                long left = code(w, row);
                long right = code(w, row + WIDTH);
                for (int b = 0; b < blocks; b++) {
                    long from = b * Packing.COLUMNS * Kernels.COLUMN_BYTES;
                    int columns = xAt + b * Packing.COLUMNS;
                    int to = b * CELLS * WIDTH;
                    multiply(w.codes(), left + from, right + from, x.floats(), columns, x.columns(), tile.sums, to);
                }
                for (int cell = 0; cell < CELLS; cell++) {
                    int r = row + cell % 2 * WIDTH;
                    int factor = r / Kernels.LANES * w.panelFactors() + r % Kernels.LANES;
                    int block = (xAt + cell / 2 * x.columns()) / Packing.COLUMNS;
                    int to = (t + cell / 2) * Packing.ROWS + r;
                    add(tile.sums, cell * WIDTH, blocks, w.scales(), factor, x.scales(), block, y, to);
                }
            }
        }
    }

    private static long code(Unpacked w, int row) {
        return (long) (row / Kernels.LANES) * w.columns() * Kernels.COLUMN_BYTES
                + (long) (row % Kernels.LANES) * Float.BYTES;
    }

    private static void add(
            float[] sums,
            int at,
            int blocks,
            float[] factors,
            int factor,
            float[] scales,
            int block,
            float[] y,
            int to) {
        FloatVector sum = FloatVector.fromArray(SPECIES, y, to);
        for (int b = 0; b < blocks; b++) {
            sum = FloatVector.fromArray(SPECIES, sums, at + b * CELLS * WIDTH)
                    .fma(
                            FloatVector.fromArray(SPECIES, factors, factor + b * Kernels.LANES)
                                    .mul(scales[block + b]),
                            sum);
        }
        sum.intoArray(y, to);
    }

    /** The sums of a block's columns of four tokens and of two vectors of rows, which are at {@code left} and {@code right}. */
    private static void multiply(
            MemorySegment codes, long left, long right, float[] a, int x0, int xStride, float[] out, int to) {
        int x1 = x0 + xStride;
        int x2 = x1 + xStride;
        int x3 = x2 + xStride;
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s01 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s11 = FloatVector.zero(SPECIES);
        FloatVector s20 = FloatVector.zero(SPECIES);
        FloatVector s21 = FloatVector.zero(SPECIES);
        FloatVector s30 = FloatVector.zero(SPECIES);
        FloatVector s31 = FloatVector.zero(SPECIES);
        for (int c = 0; c < Packing.COLUMNS; c++) {
            long column = c * Kernels.COLUMN_BYTES;
            FloatVector v0 = FloatVector.fromMemorySegment(SPECIES, codes, left + column, ORDER);
            FloatVector v1 = FloatVector.fromMemorySegment(SPECIES, codes, right + column, ORDER);
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
        s00.intoArray(out, to);
        s01.intoArray(out, to + WIDTH);
        s10.intoArray(out, to + 2 * WIDTH);
        s11.intoArray(out, to + 3 * WIDTH);
        s20.intoArray(out, to + 4 * WIDTH);
        s21.intoArray(out, to + 5 * WIDTH);
        s30.intoArray(out, to + 6 * WIDTH);
        s31.intoArray(out, to + 7 * WIDTH);
    }
}
