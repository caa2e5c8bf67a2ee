package moira.engine.matrix;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import moira.engine.kernel.Kernels;
import moira.engine.tensor.Tensor;

/** Turns rows of a tensor into panels. */
final class Panels {
    private Panels() {}

    /** Dequantises the rows of one block and writes them as panels, zeros below the last row. */
    static void pack(Tensor tensor, int block, Scratch scratch, MemorySegment target, long at) {
        int columns = Math.toIntExact(tensor.columns());
        long first = (long) block * Matrix.BLOCK_ROWS;
        int rows = (int) Math.min(Matrix.BLOCK_ROWS, tensor.rows() - first);
        float[] values = scratch.rows(Kernels.LANES * columns);
        for (int row = 0; row < rows; row += Kernels.LANES) {
            int inPanel = Math.min(Kernels.LANES, rows - row);
            for (int r = 0; r < inPanel; r++) {
                tensor.row(first + row + r, values, r * columns);
            }
            interleave(values, inPanel, columns, target, at + row / Kernels.LANES * columns * Kernels.COLUMN_BYTES);
        }
    }

    private static void interleave(float[] values, int rows, int columns, MemorySegment target, long at) {
        for (int c = 0; c < columns; c++) {
            long column = at + c * Kernels.COLUMN_BYTES;
            for (int r = 0; r < Kernels.LANES; r++) {
                float value = r < rows ? values[r * columns + c] : 0;
                target.set(ValueLayout.JAVA_FLOAT, column + (long) r * Float.BYTES, value);
            }
        }
    }
}
