package moira.engine.tensor;

import java.util.List;
import moira.engine.MoiraException;

/**
 * A factor for every block of rows and columns of a matrix, as DeepSeek-V3's folders have them beside weights in 8 bits
 * ({@code weight_scale_inv}; arXiv 2412.19437, section 3.3.2). The last blocks of rows and columns may be cut off by the matrix.
 *
 * @param factors {@code [blocks of rows][blocks of columns]}
 * @param rows of a block
 * @param columns of a block
 */
public record BlockScales(float[] factors, int rows, int columns) {
    /**
     * Of a matrix.
     *
     * @param factors a tensor {@code [ceil(rows / rowsOfBlock), ceil(columns / columnsOfBlock)]}
     * @param shape {@code [rows, columns]} of the matrix
     * @throws MoiraException if the factors have another shape
     */
    public static BlockScales of(Tensor factors, List<Long> shape, int rowsOfBlock, int columnsOfBlock) {
        List<Long> expected = shape.size() != 2
                ? List.of()
                : List.of(Math.ceilDiv(shape.get(0), rowsOfBlock), Math.ceilDiv(shape.get(1), columnsOfBlock));
        if (!factors.shape().equals(expected)) {
            throw MoiraException.expected(
                    factors.name(),
                    "shape " + expected + ", a factor for each " + rowsOfBlock + " x " + columnsOfBlock + " of "
                            + shape,
                    factors.shape());
        }
        return new BlockScales(factors.toFloats(), rowsOfBlock, columnsOfBlock);
    }

    /** Multiplies the values of a row, of which there are {@code count}. */
    void scale(long row, float[] values, int at, int count) {
        int ofRow = Math.toIntExact(row / rows) * Math.ceilDiv(count, columns);
        for (int c = 0; c < count; c++) {
            values[at + c] *= factors[ofRow + c / columns];
        }
    }
}
