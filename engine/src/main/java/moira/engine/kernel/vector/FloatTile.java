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
 * {@link ShortTile} for codes of 8 bits, as floats: four tokens, four vectors of rows at a time, whose sixteen sums are half of the
 * registers of 512 bits. A ninth more of a prompt of Q8_0 than with the two vectors of {@link Tile#fourByTwo}; with the sixteen
 * registers of AVX2 a fifteenth less.
 */
final class FloatTile {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final int TOKENS = PackedKernels.TILE_TOKENS;
    private static final int VECTORS = 4;
    private static final int CELLS = VECTORS * TOKENS;
    private static final ThreadLocal<FloatTile> TILE = ThreadLocal.withInitial(FloatTile::new);

    /** {@code [blocks][4 tokens][4 vectors]}. */
    private float[] sums = new float[0];

    static void product(Unpacked w, int column, Int8Rows x, int first, int tokens, float[] y) {
        FloatTile tile = TILE.get();
        int blocks = w.columns() / Packing.COLUMNS;
        if (tile.sums.length < blocks * CELLS * WIDTH) {
            tile.sums = new float[blocks * CELLS * WIDTH];
        }
        for (int row = 0; row < Packing.ROWS; row += VECTORS * WIDTH) {
            for (int t = 0; t < tokens; t += TOKENS) {
                int xAt = (first + t) * x.columns() + column;
                long at0 = code(w, row);
                long at1 = code(w, row + WIDTH);
                long at2 = code(w, row + 2 * WIDTH);
                long at3 = code(w, row + 3 * WIDTH);
                for (int b = 0; b < blocks; b++) {
                    long from = b * Packing.COLUMNS * Kernels.COLUMN_BYTES;
                    int columns = xAt + b * Packing.COLUMNS;
                    int to = b * CELLS * WIDTH;
                    multiply(
                            w.codes(),
                            at0 + from,
                            at1 + from,
                            at2 + from,
                            at3 + from,
                            x.floats(),
                            columns,
                            x.columns(),
                            tile.sums,
                            to);
                }
                for (int cell = 0; cell < CELLS; cell++) {
                    int r = row + cell % VECTORS * WIDTH;
                    int factor = r / Kernels.LANES * w.factors().panel() + r % Kernels.LANES;
                    int block = (xAt + cell / VECTORS * x.columns()) / Packing.COLUMNS;
                    int to = (t + cell / VECTORS) * Packing.ROWS + r;
                    add(tile.sums, cell * WIDTH, blocks, w.factors().scales(), factor, x.scales(), block, y, to);
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

    /** The sums of a block's columns of four tokens and of four vectors of rows, which are at {@code at0} to {@code at3}. */
    private static void multiply(
            MemorySegment codes,
            long at0,
            long at1,
            long at2,
            long at3,
            float[] a,
            int x0,
            int xStride,
            float[] out,
            int to) {
        int x1 = x0 + xStride;
        int x2 = x1 + xStride;
        int x3 = x2 + xStride;
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s01 = FloatVector.zero(SPECIES);
        FloatVector s02 = FloatVector.zero(SPECIES);
        FloatVector s03 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s11 = FloatVector.zero(SPECIES);
        FloatVector s12 = FloatVector.zero(SPECIES);
        FloatVector s13 = FloatVector.zero(SPECIES);
        FloatVector s20 = FloatVector.zero(SPECIES);
        FloatVector s21 = FloatVector.zero(SPECIES);
        FloatVector s22 = FloatVector.zero(SPECIES);
        FloatVector s23 = FloatVector.zero(SPECIES);
        FloatVector s30 = FloatVector.zero(SPECIES);
        FloatVector s31 = FloatVector.zero(SPECIES);
        FloatVector s32 = FloatVector.zero(SPECIES);
        FloatVector s33 = FloatVector.zero(SPECIES);
        for (int c = 0; c < Packing.COLUMNS; c++) {
            long column = c * Kernels.COLUMN_BYTES;
            FloatVector v0 = FloatVector.fromMemorySegment(SPECIES, codes, at0 + column, ORDER);
            FloatVector v1 = FloatVector.fromMemorySegment(SPECIES, codes, at1 + column, ORDER);
            FloatVector v2 = FloatVector.fromMemorySegment(SPECIES, codes, at2 + column, ORDER);
            FloatVector v3 = FloatVector.fromMemorySegment(SPECIES, codes, at3 + column, ORDER);
            FloatVector b = FloatVector.broadcast(SPECIES, a[x0 + c]);
            s00 = b.fma(v0, s00);
            s01 = b.fma(v1, s01);
            s02 = b.fma(v2, s02);
            s03 = b.fma(v3, s03);
            b = FloatVector.broadcast(SPECIES, a[x1 + c]);
            s10 = b.fma(v0, s10);
            s11 = b.fma(v1, s11);
            s12 = b.fma(v2, s12);
            s13 = b.fma(v3, s13);
            b = FloatVector.broadcast(SPECIES, a[x2 + c]);
            s20 = b.fma(v0, s20);
            s21 = b.fma(v1, s21);
            s22 = b.fma(v2, s22);
            s23 = b.fma(v3, s23);
            b = FloatVector.broadcast(SPECIES, a[x3 + c]);
            s30 = b.fma(v0, s30);
            s31 = b.fma(v1, s31);
            s32 = b.fma(v2, s32);
            s33 = b.fma(v3, s33);
        }
        s00.intoArray(out, to);
        s01.intoArray(out, to + WIDTH);
        s02.intoArray(out, to + 2 * WIDTH);
        s03.intoArray(out, to + 3 * WIDTH);
        s10.intoArray(out, to + 4 * WIDTH);
        s11.intoArray(out, to + 5 * WIDTH);
        s12.intoArray(out, to + 6 * WIDTH);
        s13.intoArray(out, to + 7 * WIDTH);
        s20.intoArray(out, to + 8 * WIDTH);
        s21.intoArray(out, to + 9 * WIDTH);
        s22.intoArray(out, to + 10 * WIDTH);
        s23.intoArray(out, to + 11 * WIDTH);
        s30.intoArray(out, to + 12 * WIDTH);
        s31.intoArray(out, to + 13 * WIDTH);
        s32.intoArray(out, to + 14 * WIDTH);
        s33.intoArray(out, to + 15 * WIDTH);
    }
}
