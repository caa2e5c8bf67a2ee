package moira.engine.kernel.vector;

import static moira.engine.kernel.vector.Width.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import moira.engine.kernel.Kernels;

/**
 * {@link Tile} of halves, which become floats in a register: what is read once, and from far, is not written in between. A strip at a
 * time, so that memory is read straight ahead.
 */
final class HalfTile {
    private static final long COLUMN_BYTES = Kernels.LANES * Short.BYTES;

    private HalfTile() {}

    static void oneByOne(
            MemorySegment w, long w0, int columns, float[] x, int xAt, float[] y, int yAt, int row, int rows) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int c = 0; c < columns; c++) {
            sum = Lanes.halves(w, w0 + c * COLUMN_BYTES).fma(FloatVector.broadcast(SPECIES, x[xAt + c]), sum);
        }
        Tile.store(sum, y, yAt, row, rows);
    }

    static void fourByOne(
            MemorySegment w,
            long w0,
            int columns,
            float[] x,
            int xAt,
            int xStride,
            float[] y,
            int yAt,
            int yStride,
            int row,
            int rows) {
        int x1 = xAt + xStride;
        int x2 = x1 + xStride;
        int x3 = x2 + xStride;
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        for (int c = 0; c < columns; c++) {
            FloatVector v = Lanes.halves(w, w0 + c * COLUMN_BYTES);
            s0 = v.fma(FloatVector.broadcast(SPECIES, x[xAt + c]), s0);
            s1 = v.fma(FloatVector.broadcast(SPECIES, x[x1 + c]), s1);
            s2 = v.fma(FloatVector.broadcast(SPECIES, x[x2 + c]), s2);
            s3 = v.fma(FloatVector.broadcast(SPECIES, x[x3 + c]), s3);
        }
        Tile.store(s0, y, yAt, row, rows);
        Tile.store(s1, y, yAt + yStride, row, rows);
        Tile.store(s2, y, yAt + 2 * yStride, row, rows);
        Tile.store(s3, y, yAt + 3 * yStride, row, rows);
    }
}
