package moira.engine.kernel.vector;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.Packing;

/**
 * A group of rows times one token. 256 columns take three steps, sums in 16 bits ({@link Words}), factors in floats ({@link Factors})
 * and their products ({@link Scaled}), with arrays between them: all in one is more than C2 inlines, and then vectors end up as
 * objects. The steps come in the order of what they read: a processor that finds its way through memory straight ahead fetches what
 * comes next by itself.
 */
final class PackedDot {
    private static final int COLUMNS = 256;

    /** {@code [pieces][2 vectors][lanes of a vector]}. */
    private final short[] pieces = new short[COLUMNS / 8 * Words.STRIDE];

    /** {@code [blocks][2 vectors][even lanes, odd lanes]}. */
    private final int[] sums = new int[COLUMNS / Packing.COLUMNS * Lanes.PAIR];

    private final float[] scales = new float[COLUMNS / 16 * Packing.ROWS];
    private final float[] minimums = new float[COLUMNS / 32 * Packing.ROWS];

    /** What the rows of the group have added up to so far. */
    private final float[] total = new float[Packing.ROWS];

    void product(
            Packing packing, MemorySegment w, long at, int columns, Int8Rows x, int row, float[] y, int yAt, int rows) {
        Arrays.fill(total, 0);
        for (int c = 0; c < columns; c += COLUMNS) {
            int width = Math.min(COLUMNS, columns - c);
            long from = at + (long) (c / packing.superColumns()) * packing.superBytes();
            for (int lane = 0; lane < Packing.ROWS; lane += Lanes.PAIR) {
                if (packing.blocks() == 1) {
                    block(packing, w, from, lane, width, x, row * columns + c);
                } else {
                    superBlock(packing, w, from, lane, x, row * columns + c);
                }
            }
        }
        System.arraycopy(total, 0, y, yAt, rows);
    }

    /** Some blocks, each with a half. */
    private void block(Packing packing, MemorySegment w, long at, int lane, int columns, Int8Rows x, int from) {
        int stride = packing.superBytes();
        int n = columns / Packing.COLUMNS;
        long words = at + packing.blockAt(0) + 2L * lane;
        Words.fours(w, words, stride, n, x, from, pieces);
        for (int l = lane; l < lane + Lanes.PAIR; l += Lanes.COUNT) {
            long halves = at + packing.halfAt(l);
            int y = Lanes.rows(l, Kernels.LANES);
            int block = from / Packing.COLUMNS;
            Scaled.halves(pieces, l - lane, Words.STRIDE, n, w, halves, stride, x.scales(), block, total, y);
        }
    }

    /** 256 columns of a K format. */
    private void superBlock(Packing packing, MemorySegment w, long at, int lane, Int8Rows x, int from) {
        int stride = packing.blockBytes();
        int n = COLUMNS / packing.pieceColumns();
        long words = at + packing.blockAt(0) + 2L * lane;
        if (packing.highBits() == 0) {
            Words.fours(w, words, stride, n, x, from, pieces);
        } else {
            Words.fivesAndSixes(packing, w, words, stride, n, x, from, pieces);
        }
        for (int l = lane; l < lane + Lanes.PAIR; l += Lanes.COUNT) {
            add(packing, w, at, l, l - lane, x, from / Packing.COLUMNS);
        }
    }

    /** What the sums of a vector are worth. */
    private void add(Packing packing, MemorySegment w, long at, int lane, int piece, Int8Rows x, int block) {
        int n = COLUMNS / packing.scaleColumns();
        int panel = n * Kernels.LANES;
        Factors.read(packing, w, at, lane, COLUMNS, true, scales, minimums, 0, panel);
        int y = Lanes.rows(lane, Kernels.LANES);
        if (packing.highBits() == 0) {
            Scaled.single(pieces, piece, Words.STRIDE, n, scales, 0, panel, x.scales(), block, total, y);
        } else {
            int shift = packing.highBits() - 1;
            Scaled.pair(pieces, piece, Words.STRIDE, n, scales, 0, panel, x.scales(), block, shift, total, y);
        }
        if (packing.hasMinimums()) {
            Scaled.minimums(minimums, 0, panel, x.corrections(), block, total, y);
        }
    }

    /** 8 bits: sums of two columns in 16 bits, which 32 bits take up. */
    void eights(MemorySegment w, long at, int columns, Int8Rows x, int row, float[] y, int yAt, int rows) {
        Arrays.fill(total, 0);
        int stride = Packing.Q8_0.superBytes();
        for (int c = 0; c < columns; c += COLUMNS) {
            int n = Math.min(COLUMNS, columns - c) / Packing.COLUMNS;
            int from = row * columns + c;
            long block = at + (long) (c / Packing.COLUMNS) * stride;
            for (int lane = 0; lane < Packing.ROWS; lane += Lanes.PAIR) {
                Bytes.sums(w, block + Packing.Q8_0.blockAt(0) + lane, stride, n, x.codes(), from, sums);
                for (int l = lane; l < lane + Lanes.PAIR; l += Lanes.COUNT) {
                    long half = block + Packing.Q8_0.halfAt(l);
                    int piece = (l - lane) / Lanes.COUNT * 2 * Lanes.INTS.length();
                    int yLane = Lanes.rows(l, Kernels.LANES);
                    Bytes.scale(sums, piece, n, w, half, stride, x.scales(), from / Packing.COLUMNS, total, yLane);
                }
            }
        }
        System.arraycopy(total, 0, y, yAt, rows);
    }
}
