package moira.engine.kernel.vector;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.Packing;
import moira.engine.kernel.Prefetch;

/**
 * A group of rows times one token. 256 columns take two steps, sums in 16 bits ({@link Words}) and what they are worth
 * ({@link ScaledPacked}), with arrays between them: all in one is more than C2 inlines, and then vectors end up as objects. The steps
 * come in the order of what they read: a processor that finds its way through memory straight ahead fetches what comes next by itself.
 */
final class PackedDot {
    private static final int COLUMNS = 256;

    /** Bytes from a block to what is fetched while it is multiplied: what arrives in the time that memory takes to answer, and as much again. */
    static final int AHEAD = 8192;

    /** {@code [pieces][2 vectors][lanes of a vector]}. */
    private final short[] pieces = new short[COLUMNS / 8 * Words.STRIDE];

    /** {@code [blocks][2 vectors][even lanes, odd lanes]}. */
    private final int[] sums = new int[COLUMNS / Packing.COLUMNS * Lanes.PAIR];

    /** What a super-block's sums are worth but for its halves, {@code [scales, minimums][even lanes, odd lanes]}. */
    private final float[] scaled = new float[4 * Kernels.LANES];

    /** What the rows of the group have added up to so far. */
    private final float[] total = new float[Packing.ROWS];

    /** Whether to fetch ahead: worth a third on some processors; others, and caches, do better without. */
    private final Trial fetching = new Trial();

    /** Whether the product under way does. */
    private boolean fetches;

    /** {@link moira.engine.kernel.PackedKernels#packedProduct}. */
    void product(
            Packing packing, MemorySegment w, long at, int columns, Int8Rows x, int row, float[] y, int yAt, int rows) {
        long started = fetching.isTrial() ? System.nanoTime() : 0;
        fetches = fetching.second();
        Arrays.fill(total, 0);
        if (packing.bits() == 8) {
            eights(w, at, columns, x, row);
        } else {
            words(packing, w, at, columns, x, row);
        }
        System.arraycopy(total, 0, y, yAt, rows);
        fetching.took(fetching.isTrial() ? System.nanoTime() - started : 0);
    }

    private void words(Packing packing, MemorySegment w, long at, int columns, Int8Rows x, int row) {
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
    }

    /** Some blocks, each with a half. */
    private void block(Packing packing, MemorySegment w, long at, int lane, int columns, Int8Rows x, int from) {
        int stride = packing.superBytes();
        int n = columns / Packing.COLUMNS;
        long words = at + packing.blockAt(0) + 2L * lane;
        if (packing.hasLevels()) {
            Levels.sums(w, words, stride, n, x, from, lines(lane, stride), pieces);
        } else if (packing.highBits() == 0) {
            Words.fours(w, words, stride, n, x, from, lines(lane, stride), pieces);
        } else {
            int ofPiece = Math.ceilDiv(stride, packing.pieces());
            Words.fivesAndSixes(packing, w, words, stride, n * packing.pieces(), x, from, lines(lane, ofPiece), pieces);
        }
        for (int l = lane; l < lane + Lanes.PAIR; l += Lanes.COUNT) {
            scaleBlocks(packing, l - lane, n, w, at + packing.halfAt(l), x, from / Packing.COLUMNS, l);
        }
    }

    private void scaleBlocks(
            Packing packing, int piece, int n, MemorySegment w, long half, Int8Rows x, int block, int lane) {
        int step = Words.STRIDE;
        int stride = packing.superBytes();
        float[] a = x.scales();
        float[] sums = x.corrections();
        int y = Lanes.rows(lane, Kernels.LANES);
        switch (packing) {
            case Q4_0 -> ScaledBlocks.halves(pieces, piece, step, n, w, half, stride, a, block, total, y);
            case Q4_1 -> ScaledBlocks.affine(pieces, piece, step, n, w, half, stride, a, sums, block, total, y);
            case Q5_0 -> ScaledBlocks.halvesOfTwo(pieces, piece, step, n, w, half, stride, a, block, total, y);
            case Q5_1 -> ScaledBlocks.affineOfTwo(pieces, piece, step, n, w, half, stride, a, sums, block, total, y);
            case MXFP4 -> ScaledBlocks.bfloatsOfTwo(pieces, piece, step, n, w, half, stride, a, block, total, y);
            default -> throw new IllegalArgumentException(packing + " has blocks of another kind");
        }
    }

    /** 256 columns of a K format. */
    private void superBlock(Packing packing, MemorySegment w, long at, int lane, Int8Rows x, int from) {
        int stride = packing.blockBytes();
        int n = COLUMNS / packing.pieceColumns();
        int block = from / Packing.COLUMNS;
        long words = at + packing.blockAt(0) + 2L * lane;
        if (packing.highBits() == 0) {
            Words.fours(w, words, stride, n, x, from, lines(lane, stride), pieces);
        } else {
            int ofPiece = Math.ceilDiv(stride * packing.pieceColumns(), Packing.COLUMNS);
            Words.fivesAndSixes(packing, w, words, stride, n, x, from, lines(lane, ofPiece), pieces);
        }
        for (int l = lane; l < lane + Lanes.PAIR; l += Lanes.COUNT) {
            scale(packing, l - lane, w, at + packing.scaleAt(0, l), x, block);
            int y = Lanes.rows(l, Kernels.LANES);
            long half = at + packing.halfAt(l);
            ScaledPacked.superBlock(scaled, 0, w, half, total, y);
            if (packing.hasMinimums()) {
                ScaledPacked.superBlock(scaled, 2 * Kernels.LANES, w, half + Packing.HALVES, total, y);
            }
        }
    }

    private void scale(Packing packing, int piece, MemorySegment w, long bytes, Int8Rows x, int block) {
        int stride = packing.blockBytes();
        switch (packing) {
            case Q4_K -> ScaledPacked.fours(pieces, piece, Words.STRIDE, w, bytes, stride, x, block, scaled);
            case Q5_K -> ScaledPacked.fives(pieces, piece, Words.STRIDE, w, bytes, stride, x, block, scaled);
            case Q3_K, Q6_K -> ScaledPacked.sixes(pieces, piece, Words.STRIDE, w, bytes, stride, x, block, scaled);
            default -> throw new IllegalArgumentException(packing + " has no super-blocks");
        }
    }

    /** Lines that are fetched with some bytes; the first vectors of rows fetch for all. */
    private int lines(int lane, int bytes) {
        return fetches && lane == 0 ? Math.ceilDiv(bytes, Prefetch.LINE) : 0;
    }

    /** 8 bits: sums of two columns in 16 bits, which 32 bits take up. */
    private void eights(MemorySegment w, long at, int columns, Int8Rows x, int row) {
        int stride = Packing.Q8_0.superBytes();
        for (int c = 0; c < columns; c += COLUMNS) {
            int n = Math.min(COLUMNS, columns - c) / Packing.COLUMNS;
            int from = row * columns + c;
            long block = at + (long) (c / Packing.COLUMNS) * stride;
            for (int lane = 0; lane < Packing.ROWS; lane += Lanes.PAIR) {
                long codes = block + Packing.Q8_0.blockAt(0) + lane;
                Bytes.sums(w, codes, stride, n, x.codes(), from, lines(lane, stride / 2), sums);
                for (int l = lane; l < lane + Lanes.PAIR; l += Lanes.COUNT) {
                    long half = block + Packing.Q8_0.halfAt(l);
                    int piece = (l - lane) / Lanes.COUNT * 2 * Lanes.INTS.length();
                    int yLane = Lanes.rows(l, Kernels.LANES);
                    Bytes.scale(sums, piece, n, w, half, stride, x.scales(), from / Packing.COLUMNS, total, yLane);
                }
            }
        }
    }
}
