package moira.engine.conversion;

import java.lang.foreign.MemorySegment;
import java.util.List;
import moira.engine.MoiraException;
import moira.engine.matrix.Matrix;
import moira.engine.matrix.PackedMatrix;
import moira.engine.tensor.Quantizer;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;

/** Writes rows of one tensor in its new format, and adds up what that loses. Belongs to one thread. */
final class RowConverter {
    private final PlannedTensor tensor;
    private final Quantizer quantizer;
    private final float[] values;
    private final float[] found;

    /** Rows in blocks of the format, on their way to where they are packed. */
    private final byte[] unpacked;

    /** Sums of squares of the rows that were converted last: of the differences, and of the values. */
    double squaredError;

    double squares;

    RowConverter(PlannedTensor tensor) {
        this.tensor = tensor;
        quantizer = tensor.isCopied() ? null : Quantizer.of(tensor.format());
        values = new float[tensor.columns()];
        found = new float[tensor.columns()];
        long rowBytes = tensor.format().bytes(tensor.columns());
        unpacked = new byte[tensor.packed() ? Math.toIntExact(Matrix.BLOCK_ROWS * rowBytes) : 0];
    }

    /**
     * Writes some rows of one part; packed, a block of them. What has the format already is copied as it is.
     *
     * @param out as many bytes as they take
     * @throws MoiraException if a value is no number, or too large for the format
     */
    void convert(long first, int rows, MemorySegment out) {
        squaredError = 0;
        squares = 0;
        long rowBytes = tensor.format().bytes(values.length);
        MemorySegment target = out;
        if (tensor.packed()) {
            target = MemorySegment.ofArray(unpacked).asSlice(0, rows * rowBytes);
        }
        for (int row = 0; row < rows; row++) {
            convert(first + row, target, row * rowBytes);
        }
        if (tensor.packed()) {
            pack(rows, target, out.fill((byte) 0));
        }
    }

    private void pack(int rows, MemorySegment from, MemorySegment to) {
        List<Long> shape = List.of((long) rows, (long) values.length);
        Tensor block = new Tensor(tensor.name(), tensor.format(), shape, from);
        new PackedMatrix(block, to).pack(block, 0);
    }

    private void convert(long row, MemorySegment out, long offset) {
        Tensor part = tensor.part(row);
        long from = tensor.rowInPart(row);
        TensorFormat format = tensor.format();
        part.row(from, values, 0);
        checkFinite(part, from);
        if (part.format() == format) {
            part.copyRow(from, out, offset);
        } else {
            quantizer.quantize(values, 0, values.length, out, offset);
        }
        format.dequantize(out, offset, found, 0, found.length);
        addErrors(part, from);
    }

    private void checkFinite(Tensor part, long row) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw MoiraException.expected(where(part, row, i), "a finite number", values[i]);
            }
        }
    }

    private void addErrors(Tensor part, long row) {
        for (int i = 0; i < values.length; i++) {
            double difference = (double) values[i] - found[i];
            if (!Double.isFinite(difference)) {
                throw MoiraException.expected(
                        where(part, row, i),
                        "values that " + tensor.format() + " can hold (--format BF16 or F32 would do)",
                        values[i] + " in the same block or beside");
            }
            squaredError += difference * difference;
            squares += (double) values[i] * values[i];
        }
    }

    private static String where(Tensor part, long row, int column) {
        return "tensor " + part.name() + ", row " + row + ", column " + column;
    }
}
