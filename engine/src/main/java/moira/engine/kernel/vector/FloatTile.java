package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Width.SPECIES;
import static moira.engine.kernel.vector.Width.WIDTH;

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
                    Tile.fourByFour(
                            w.codes(),
                            at0 + from,
                            at1 + from,
                            at2 + from,
                            at3 + from,
                            Packing.COLUMNS,
                            x.floats(),
                            columns,
                            x.columns(),
                            tile.sums,
                            to,
                            VECTORS * WIDTH);
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
}
