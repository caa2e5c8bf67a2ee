package moira.engine.kernel.vector;

import static moira.engine.kernel.Kernels.COLUMN_BYTES;
import static moira.engine.kernel.vector.Width.SPECIES;
import static moira.engine.kernel.vector.Width.WIDTH;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import moira.engine.kernel.LaneArray;

/** Products of some tokens with some strips, all sums held in registers. */
final class Tile {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private Tile() {}

    static void oneByOne(
            MemorySegment w, long w0, int columns, float[] x, int xAt, float[] y, int yAt, int row, int rows) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int c = 0; c < columns; c++) {
            sum = FloatVector.fromMemorySegment(SPECIES, w, w0 + c * COLUMN_BYTES, ORDER)
                    .fma(FloatVector.broadcast(SPECIES, x[xAt + c]), sum);
        }
        store(sum, y, yAt, row, rows);
    }

    static void oneByTwo(
            MemorySegment w, long w0, long w1, int columns, float[] x, int xAt, float[] y, int yAt, int row, int rows) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        for (int c = 0; c < columns; c++) {
            FloatVector a = FloatVector.broadcast(SPECIES, x[xAt + c]);
            s0 = a.fma(FloatVector.fromMemorySegment(SPECIES, w, w0 + c * COLUMN_BYTES, ORDER), s0);
            s1 = a.fma(FloatVector.fromMemorySegment(SPECIES, w, w1 + c * COLUMN_BYTES, ORDER), s1);
        }
        store(s0, y, yAt, row, rows);
        store(s1, y, yAt, row + WIDTH, rows);
    }

    static void oneByFour(
            MemorySegment w,
            long w0,
            long w1,
            long w2,
            long w3,
            int columns,
            float[] x,
            int xAt,
            float[] y,
            int yAt,
            int row,
            int rows) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        for (int c = 0; c < columns; c++) {
            FloatVector a = FloatVector.broadcast(SPECIES, x[xAt + c]);
            s0 = a.fma(FloatVector.fromMemorySegment(SPECIES, w, w0 + c * COLUMN_BYTES, ORDER), s0);
            s1 = a.fma(FloatVector.fromMemorySegment(SPECIES, w, w1 + c * COLUMN_BYTES, ORDER), s1);
            s2 = a.fma(FloatVector.fromMemorySegment(SPECIES, w, w2 + c * COLUMN_BYTES, ORDER), s2);
            s3 = a.fma(FloatVector.fromMemorySegment(SPECIES, w, w3 + c * COLUMN_BYTES, ORDER), s3);
        }
        store(s0, y, yAt, row, rows);
        store(s1, y, yAt, row + WIDTH, rows);
        store(s2, y, yAt, row + 2 * WIDTH, rows);
        store(s3, y, yAt, row + 3 * WIDTH, rows);
    }

    static void fourByTwo(
            MemorySegment w,
            long w0,
            long w1,
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
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s01 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s11 = FloatVector.zero(SPECIES);
        FloatVector s20 = FloatVector.zero(SPECIES);
        FloatVector s21 = FloatVector.zero(SPECIES);
        FloatVector s30 = FloatVector.zero(SPECIES);
        FloatVector s31 = FloatVector.zero(SPECIES);
        for (int c = 0; c < columns; c++) {
            FloatVector v0 = FloatVector.fromMemorySegment(SPECIES, w, w0 + c * COLUMN_BYTES, ORDER);
            FloatVector v1 = FloatVector.fromMemorySegment(SPECIES, w, w1 + c * COLUMN_BYTES, ORDER);
            FloatVector a = FloatVector.broadcast(SPECIES, x[xAt + c]);
            s00 = a.fma(v0, s00);
            s01 = a.fma(v1, s01);
            a = FloatVector.broadcast(SPECIES, x[x1 + c]);
            s10 = a.fma(v0, s10);
            s11 = a.fma(v1, s11);
            a = FloatVector.broadcast(SPECIES, x[x2 + c]);
            s20 = a.fma(v0, s20);
            s21 = a.fma(v1, s21);
            a = FloatVector.broadcast(SPECIES, x[x3 + c]);
            s30 = a.fma(v0, s30);
            s31 = a.fma(v1, s31);
        }
        store(s00, y, yAt, row, rows);
        store(s01, y, yAt, row + WIDTH, rows);
        store(s10, y, yAt + yStride, row, rows);
        store(s11, y, yAt + yStride, row + WIDTH, rows);
        store(s20, y, yAt + 2 * yStride, row, rows);
        store(s21, y, yAt + 2 * yStride, row + WIDTH, rows);
        store(s30, y, yAt + 3 * yStride, row, rows);
        store(s31, y, yAt + 3 * yStride, row + WIDTH, rows);
    }

    /** Four whole strips: their sums take sixteen registers, with those of 512 bits half of what there is. */
    static void fourByFour(
            MemorySegment w,
            long w0,
            long w1,
            long w2,
            long w3,
            int columns,
            float[] x,
            int xAt,
            int xStride,
            float[] y,
            int yAt,
            int yStride) {
        int x1 = xAt + xStride;
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
        for (int c = 0; c < columns; c++) {
            long column = c * COLUMN_BYTES;
            FloatVector v0 = FloatVector.fromMemorySegment(SPECIES, w, w0 + column, ORDER);
            FloatVector v1 = FloatVector.fromMemorySegment(SPECIES, w, w1 + column, ORDER);
            FloatVector v2 = FloatVector.fromMemorySegment(SPECIES, w, w2 + column, ORDER);
            FloatVector v3 = FloatVector.fromMemorySegment(SPECIES, w, w3 + column, ORDER);
            FloatVector a = FloatVector.broadcast(SPECIES, x[xAt + c]);
            s00 = a.fma(v0, s00);
            s01 = a.fma(v1, s01);
            s02 = a.fma(v2, s02);
            s03 = a.fma(v3, s03);
            a = FloatVector.broadcast(SPECIES, x[x1 + c]);
            s10 = a.fma(v0, s10);
            s11 = a.fma(v1, s11);
            s12 = a.fma(v2, s12);
            s13 = a.fma(v3, s13);
            a = FloatVector.broadcast(SPECIES, x[x2 + c]);
            s20 = a.fma(v0, s20);
            s21 = a.fma(v1, s21);
            s22 = a.fma(v2, s22);
            s23 = a.fma(v3, s23);
            a = FloatVector.broadcast(SPECIES, x[x3 + c]);
            s30 = a.fma(v0, s30);
            s31 = a.fma(v1, s31);
            s32 = a.fma(v2, s32);
            s33 = a.fma(v3, s33);
        }
        s00.intoArray(y, yAt);
        s01.intoArray(y, yAt + WIDTH);
        s02.intoArray(y, yAt + 2 * WIDTH);
        s03.intoArray(y, yAt + 3 * WIDTH);
        int y1 = yAt + yStride;
        s10.intoArray(y, y1);
        s11.intoArray(y, y1 + WIDTH);
        s12.intoArray(y, y1 + 2 * WIDTH);
        s13.intoArray(y, y1 + 3 * WIDTH);
        int y2 = y1 + yStride;
        s20.intoArray(y, y2);
        s21.intoArray(y, y2 + WIDTH);
        s22.intoArray(y, y2 + 2 * WIDTH);
        s23.intoArray(y, y2 + 3 * WIDTH);
        int y3 = y2 + yStride;
        s30.intoArray(y, y3);
        s31.intoArray(y, y3 + WIDTH);
        s32.intoArray(y, y3 + 2 * WIDTH);
        s33.intoArray(y, y3 + 3 * WIDTH);
    }

    /** Rows below the last one are left alone. */
    static void store(FloatVector sum, float[] y, int yAt, int row, int rows) {
        if (row + WIDTH <= rows) {
            sum.intoArray(y, yAt + row);
        } else if (row < rows) {
            // Seldom, and still quicker than a mask, which is boxed here.
            float[] lanes = LaneArray.get();
            sum.intoArray(lanes, 0);
            System.arraycopy(lanes, 0, y, yAt + row, rows - row);
        }
    }
}
