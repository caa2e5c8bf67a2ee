package moira.engine.kernel.vector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ShortVector;
import moira.engine.kernel.Factors;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.PackedKernels;
import moira.engine.kernel.Packing;
import moira.engine.kernel.Unpacked;

/**
 * Codes unpacked to 16 bits times tiles of four tokens, two vectors of rows at a time: as many multiply-adds an instruction as
 * lanes of 16 bits, twice those of floats. Sums of all columns in one step, what they are worth in another (see
 * {@link PackedDot}).
 */
final class ShortTile {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final int TOKENS = PackedKernels.TILE_TOKENS;
    private static final int COUNT = Lanes.COUNT;

    /** Bytes of a column. */
    private static final int COLUMN = Packing.LINE;

    /** Sums of a tile's pieces, {@code [4 tokens][2 vectors]}. */
    private static final int CELLS = TOKENS * 2;

    private static final ThreadLocal<ShortTile> TILE = ThreadLocal.withInitial(ShortTile::new);

    /** {@code [pieces][4 tokens][2 vectors][lanes]}. */
    private final short[] pieces = new short[Unpacked.MOST_COLUMNS / 8 * CELLS * COUNT];

    static void product(Unpacked w, int column, Int8Rows x, int first, int tokens, float[] y) {
        ShortTile tile = TILE.get();
        for (int lane = 0; lane < Packing.ROWS; lane += Lanes.PAIR) {
            for (int t = 0; t < tokens; t += TOKENS) {
                int xAt = (first + t) * x.columns() + column;
                tile.multiply(w, lane, x, xAt);
                for (int cell = 0; cell < CELLS; cell++) {
                    int block = (xAt + cell / 2 * x.columns()) / Packing.COLUMNS;
                    tile.add(w, cell, lane + cell % 2 * COUNT, x, block, y, (t + cell / 2) * Packing.ROWS);
                }
            }
        }
    }

    /** What the sums of one token in one vector are worth. */
    private void add(Unpacked w, int cell, int lane, Int8Rows x, int block, float[] y, int yRow) {
        Packing packing = w.packing();
        int yAt = yRow + Lanes.rows(lane, Kernels.LANES);
        int stride = CELLS * COUNT;
        if (packing.scales() == 0) {
            blocks(w, cell * COUNT, stride, lane, x, block, y, yAt);
            return;
        }
        for (int s = 0; s < w.columns() / packing.superColumns(); s++) {
            int at = s * packing.superColumns() / packing.pieceColumns() * stride + cell * COUNT;
            int b = block + s * packing.blocks();
            Scaled.superBlock(packing, pieces, at, stride, w.factors(), lane, s, x, b, y, yAt);
        }
    }

    private void blocks(Unpacked w, int at, int stride, int lane, Int8Rows x, int block, float[] y, int yAt) {
        Packing packing = w.packing();
        Factors factors = w.factors();
        int n = w.columns() / Packing.COLUMNS;
        int factor = Lanes.rows(lane, factors.panel());
        boolean one = packing.pieces() == 1;
        if (packing.hasMinimums()) {
            if (one) {
                TileBlocks.oneAffine(pieces, at, stride, n, factors, factor, x, block, y, yAt);
            } else {
                TileBlocks.twoAffine(pieces, at, stride, n, factors, factor, x, block, y, yAt);
            }
        } else if (one) {
            TileBlocks.one(pieces, at, stride, n, factors, factor, x.scales(), block, y, yAt);
        } else {
            TileBlocks.two(pieces, at, stride, n, factors, factor, x.scales(), block, y, yAt);
        }
    }

    private void multiply(Unpacked w, int lane, Int8Rows x, int xAt) {
        int columns = w.packing().pieceColumns();
        for (int c = 0; c < w.columns(); c += columns) {
            long left = 2L * lane + c * COLUMN;
            long right = left + Lanes.NEXT;
            int to = c / columns * CELLS * COUNT;
            switch (columns) {
                case 32 -> multiply32(w.codes(), left, right, x.codes(), xAt + c, x.columns(), pieces, to);
                case 16 -> multiply16(w.codes(), left, right, x.codes(), xAt + c, x.columns(), pieces, to);
                default -> multiply8(w.codes(), left, right, x.codes(), xAt + c, x.columns(), pieces, to);
            }
        }
    }

    // The same for each number of columns: C2 makes a fifth more of a loop whose length it knows.

    private static void multiply32(
            MemorySegment codes, long left, long right, short[] a, int x0, int xStride, short[] out, int to) {
        piece(codes, left, right, 32, a, x0, xStride, out, to);
    }

    private static void multiply16(
            MemorySegment codes, long left, long right, short[] a, int x0, int xStride, short[] out, int to) {
        piece(codes, left, right, 16, a, x0, xStride, out, to);
    }

    private static void multiply8(
            MemorySegment codes, long left, long right, short[] a, int x0, int xStride, short[] out, int to) {
        piece(codes, left, right, 8, a, x0, xStride, out, to);
    }

    /** The sums of a piece's columns of four tokens and of two vectors, which are at {@code left} and {@code right}. */
    private static void piece(
            MemorySegment codes,
            long left,
            long right,
            int columns,
            short[] a,
            int x0,
            int xStride,
            short[] out,
            int to) {
        int x1 = x0 + xStride;
        int x2 = x1 + xStride;
        int x3 = x2 + xStride;
        ShortVector s00 = ShortVector.zero(Lanes.SHORTS);
        ShortVector s01 = ShortVector.zero(Lanes.SHORTS);
        ShortVector s10 = ShortVector.zero(Lanes.SHORTS);
        ShortVector s11 = ShortVector.zero(Lanes.SHORTS);
        ShortVector s20 = ShortVector.zero(Lanes.SHORTS);
        ShortVector s21 = ShortVector.zero(Lanes.SHORTS);
        ShortVector s30 = ShortVector.zero(Lanes.SHORTS);
        ShortVector s31 = ShortVector.zero(Lanes.SHORTS);
        for (int c = 0; c < columns; c++) {
            ShortVector v0 = ShortVector.fromMemorySegment(Lanes.SHORTS, codes, left + c * COLUMN, ORDER);
            ShortVector v1 = ShortVector.fromMemorySegment(Lanes.SHORTS, codes, right + c * COLUMN, ORDER);
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
        s00.intoArray(out, to);
        s01.intoArray(out, to + COUNT);
        s10.intoArray(out, to + 2 * COUNT);
        s11.intoArray(out, to + 3 * COUNT);
        s20.intoArray(out, to + 4 * COUNT);
        s21.intoArray(out, to + 5 * COUNT);
        s30.intoArray(out, to + 6 * COUNT);
        s31.intoArray(out, to + 7 * COUNT);
    }
}
