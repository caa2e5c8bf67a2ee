package moira.engine.conversion;

import java.util.List;
import moira.engine.MoiraException;
import moira.engine.checkpoint.FormatMix;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;

/**
 * A tensor of the file to be written, and where its rows come from.
 *
 * @param format that it gets
 * @param shape outermost dimension first
 * @param parts whose rows follow each other: one tensor, or those of all experts of a layer
 * @param order of the rows within a part
 */
record PlannedTensor(String name, TensorFormat format, List<Long> shape, List<Tensor> parts, RowOrder order) {

    /** Which row of the source a row of the file is. */
    @FunctionalInterface
    interface RowOrder {
        long source(long row);
    }

    static PlannedTensor of(
            String name, FormatMix mix, int layers, List<Long> shape, List<Tensor> parts, RowOrder order) {
        TensorFormat format = mix.of(name, layers);
        long columns = shape.getLast();
        if (columns % format.blockSize() != 0) {
            String instead = columns % 32 == 0 ? "Q8_0 or Q4_0" : "F16 or BF16";
            throw MoiraException.expected(
                    "tensor " + name,
                    "rows of whole blocks of " + format.blockSize() + " values for " + format,
                    "rows of " + columns + "; --format " + instead + " would do");
        }
        return new PlannedTensor(name, format, shape, List.copyOf(parts), order);
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

    /** The name without the layer: what tensors of a kind share. */
    String kind() {
        return name.replaceFirst("^blk\\.\\d+\\.", "").replaceFirst("\\.weight$", "");
    }

    long values() {
        return rows() * columns();
    }

    long bytes() {
        return format.bytes(values());
    }
}
