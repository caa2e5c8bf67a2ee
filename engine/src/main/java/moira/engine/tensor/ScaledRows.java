package moira.engine.tensor;

import java.lang.foreign.MemorySegment;

/** Rows of floats: those of a matrix, times the factors of their blocks. */
record ScaledRows(Tensor matrix, BlockScales scales) implements RowSource {
    @Override
    public void read(long row, MemorySegment out, long at) {
        float[] values = new float[Math.toIntExact(matrix.columns())];
        matrix.row(row, values, 0);
        scales.scale(row, values, 0, values.length);
        MemorySegment.copy(values, 0, out, Bits.FLOAT, at, values.length);
    }
}
