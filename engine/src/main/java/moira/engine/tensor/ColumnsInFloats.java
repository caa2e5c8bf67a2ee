package moira.engine.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.ref.SoftReference;

/** Rows that are the columns of a matrix of any format, in floats: all of it is dequantised for the first, and forgotten after the last. */
final class ColumnsInFloats implements RowSource {
    private final Tensor matrix;
    private volatile SoftReference<float[]> floats = new SoftReference<>(null);

    ColumnsInFloats(Tensor matrix) {
        this.matrix = matrix;
    }

    @Override
    public void read(long row, MemorySegment out, long at) {
        float[] values = floats.get();
        if (values == null) {
            values = matrix.toFloats();
            floats = new SoftReference<>(values);
        }
        int columns = Math.toIntExact(matrix.columns());
        for (int r = 0; r < matrix.rows(); r++) {
            out.set(Bits.FLOAT, at + (long) r * Float.BYTES, values[Math.toIntExact(r * (long) columns + row)]);
        }
    }
}
