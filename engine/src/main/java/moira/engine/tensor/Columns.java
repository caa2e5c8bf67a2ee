package moira.engine.tensor;

import java.lang.foreign.MemorySegment;

/**
 * Rows that are the columns of a matrix whose values stand alone.
 *
 * @param first the column that is the first row
 * @param step from one column to the next
 */
record Columns(Tensor matrix, long first, long step) implements RowSource {
    Columns(Tensor matrix) {
        this(matrix, 0, 1);
    }

    @Override
    public void read(long row, MemorySegment out, long at) {
        MemorySegment data = matrix.data();
        long value = matrix.format().blockBytes();
        long column = first + row * step;
        for (long r = 0; r < matrix.rows(); r++) {
            MemorySegment.copy(data, (r * matrix.columns() + column) * value, out, at + r * value, value);
        }
    }
}
