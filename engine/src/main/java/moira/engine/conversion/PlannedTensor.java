package moira.engine.conversion;

import java.util.List;
import moira.engine.MoiraException;
import moira.engine.matrix.PackedMatrix;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;

/**
 * A tensor of the file to be written, and where its rows come from.
 *
 * @param format that it gets
 * @param shape outermost dimension first
 * @param parts whose rows follow each other: one tensor, or those of all experts of a layer
 * @param order of the rows within a part
 * @param packed whether the matrices are rearranged as they are multiplied
 */
record PlannedTensor(
        String name, TensorFormat format, List<Long> shape, List<Tensor> parts, RowOrder order, boolean packed) {

    /** Which row of the source a row of the file is. */
    @FunctionalInterface
    interface RowOrder {
        long source(long row);
    }

    PlannedTensor {
        parts = List.copyOf(parts);
        long columns = shape.getLast();
        if (columns % format.blockSize() != 0) {
            String instead = columns % 32 == 0 ? "Q8_0 or Q4_0" : "F16 or BF16";
            throw MoiraException.expected(
                    "tensor " + name,
                    "rows of whole blocks of " + format.blockSize() + " values for " + format,
                    "rows of " + columns + "; --format " + instead + " would do");
        }
    }

    long rowsOfPart() {
        return parts.getFirst().rows();
    }

    long rows() {
        return rowsOfPart() * parts.size();
    }

    int columns() {
        return Math.toIntExact(shape.getLast());
    }

    /** The tensor of the source that has a row. */
    Tensor part(long row) {
        return parts.get((int) (row / rowsOfPart()));
    }

    /** The row within {@link #part}. */
    long rowInPart(long row) {
        return order.source(row % rowsOfPart());
    }

    /** Whether all of it has the format already. */
    boolean isCopied() {
        return parts.stream().allMatch(part -> part.format() == format);
    }

    /** The name without the layer: what tensors of a kind share. */
    String kind() {
        return name.replaceFirst("^blk\\.\\d+\\.", "").replaceFirst("\\.weight$", "");
    }

    long values() {
        return rows() * columns();
    }

    /** In the file. */
    long bytes() {
        return bytesOfPart() * parts.size();
    }

    long bytesOfPart() {
        return bytesOfRows(rowsOfPart());
    }

    /** What so many rows of a part take; packed ones, whole blocks of rows. */
    long bytesOfRows(long rows) {
        return packed ? PackedMatrix.bytes(format, rows, columns()) : rows * format.bytes(columns());
    }
}
