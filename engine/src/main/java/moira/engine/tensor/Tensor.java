package moira.engine.tensor;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import moira.engine.MoiraException;

/**
 * A named array of numbers in a file, read where it lies.
 *
 * @param name as the file has it
 * @param format how its values are stored
 * @param shape outermost dimension first, as PyTorch prints it: a matrix is {@code [rows, columns]}, merged experts are
 *     {@code [experts, rows, columns]}; rows lie one after the other
 * @param data exactly the tensor's bytes, usually of a mapped file
 * @param packed whether the data are not rows in the format's blocks, but the same bits as matrices are multiplied: their
 *     number is then for who multiplies to check, and no row can be read alone
 * @param source makes the rows of a matrix out of what the file has, the data among it; null where they lie in the data
 */
public record Tensor(
        String name, TensorFormat format, List<Long> shape, MemorySegment data, boolean packed, RowSource source) {

    /** @throws MoiraException if the data has not the bytes that format and shape make */
    public Tensor {
        shape = List.copyOf(shape);
        long bytes = format.bytes(shape, name);
        if (!packed && source == null && data.byteSize() != bytes) {
            throw MoiraException.expected(name, bytes + " bytes for " + format + " " + shape, data.byteSize());
        }
    }

    /** Of rows in the format's blocks. */
    public Tensor(String name, TensorFormat format, List<Long> shape, MemorySegment data) {
        this(name, format, shape, data, false, null);
    }

    /** Rows in the format's blocks, or packed. */
    public Tensor(String name, TensorFormat format, List<Long> shape, MemorySegment data, boolean packed) {
        this(name, format, shape, data, packed, null);
    }

    /**
     * The same matrix with its values scaled, block by block, in floats.
     *
     * @param factors for every {@code rows} x {@code columns}
     * @throws MoiraException if the factors are not those of this matrix
     */
    public Tensor scaled(Tensor factors, int rows, int columns) {
        BlockScales scales = BlockScales.of(factors, shape, rows, columns);
        return new Tensor(name, TensorFormat.F32, shape, data, false, new ScaledRows(this, scales));
    }

    /** The number of values. */
    public long size() {
        // A step of decoding asks for it, and is to allocate nothing.
        long size = 1;
        for (int i = 0; i < shape.size(); i++) {
            size *= shape.get(i);
        }
        return size;
    }

    /** The innermost dimension: the length of a row. */
    public long columns() {
        return shape.isEmpty() ? 1 : shape.getLast();
    }

    /** How many rows there are over all outer dimensions; a vector is one row. */
    public long rows() {
        return columns() == 0 ? 0 : size() / columns();
    }

    /** Reads one row into {@code out} from index {@code at}. */
    public void row(long row, float[] out, int at) {
        Objects.checkIndex(row, rows());
        requireRows();
        int columns = Math.toIntExact(columns());
        if (source == null) {
            format.dequantize(data, row * format.bytes(columns), out, at, columns);
        } else {
            MemorySegment blocks = MemorySegment.ofArray(new byte[Math.toIntExact(format.bytes(columns))]);
            source.read(row, blocks, 0);
            format.dequantize(blocks, 0, out, at, columns);
        }
    }

    /** Copies one row, in blocks of the format, to byte {@code at} of {@code out}. */
    public void copyRow(long row, MemorySegment out, long at) {
        Objects.checkIndex(row, rows());
        requireRows();
        if (source == null) {
            long bytes = format.bytes(columns());
            MemorySegment.copy(data, row * bytes, out, at, bytes);
        } else {
            source.read(row, out, at);
        }
    }

    /**
     * All values, row by row: for vectors and small matrices.
     *
     * @throws MoiraException if they are more than an array holds
     */
    public float[] toFloats() {
        requireRows();
        if (size() > Integer.MAX_VALUE - 8) {
            throw MoiraException.expected(name, "a tensor that fits one array", shape);
        }
        float[] values = new float[(int) size()];
        if (source == null) {
            format.dequantize(data, 0, values, 0, values.length);
        } else {
            for (int row = 0; row < rows(); row++) {
                row(row, values, Math.toIntExact(row * columns()));
            }
        }
        return values;
    }

    /** One entry of the outermost dimension, of a shape without it: expert {@code index} of merged experts, whose rows nobody makes. */
    public Tensor slice(long index) {
        Objects.checkIndex(index, shape.isEmpty() ? 0 : shape.getFirst());
        long bytes = data.byteSize() / shape.getFirst();
        MemorySegment part = data.asSlice(index * bytes, bytes);
        return new Tensor(name + "[" + index + "]", format, shape.subList(1, shape.size()), part, packed);
    }

    /** How many bytes the values take, in the format's blocks or packed. */
    public long bytes() {
        return packed ? data.byteSize() : format.bytes(shape, name);
    }

    /** Rows {@code [from, from + count)} of a matrix. */
    public Tensor rowRange(long from, long count) {
        Objects.checkFromIndexSize(from, count, rows());
        requireRows();
        String part = name + "[" + from + ":" + (from + count) + "]";
        List<Long> some = List.of(count, columns());
        if (source != null) {
            return new Tensor(part, format, some, data, false, (row, out, at) -> source.read(from + row, out, at));
        }
        long row = format.bytes(columns());
        return new Tensor(part, format, some, data.asSlice(from * row, count * row));
    }

    /** The same values in another shape of as many, whose rows are as long, or which is one row. */
    public Tensor withShape(List<Long> other) {
        return new Tensor(name, format, other, data, packed, source);
    }

    /**
     * Rows that are every so-manieth column of this matrix, whose values stand alone.
     *
     * @param first the column to begin with
     * @param step from one column to the next
     * @throws MoiraException if values come in blocks
     */
    public Tensor columns(long first, long step) {
        requireRows();
        if (format.blockSize() != 1 || source != null) {
            throw MoiraException.expected(name, "a format of single values", format);
        }
        List<Long> turned = List.of(columns() / step, rows());
        return new Tensor(name + " by columns", format, turned, data, false, new Columns(this, first, step));
    }

    /** The same matrix with its columns for rows: in floats, or in what it has if each value stands alone there. */
    public Tensor transposed() {
        requireRows();
        boolean alone = format.blockSize() == 1 && source == null;
        RowSource columnwise = alone ? new Columns(this) : new ColumnsInFloats(this);
        TensorFormat of = alone ? format : TensorFormat.F32;
        return new Tensor(name + " transposed", of, List.of(columns(), rows()), data, false, columnwise);
    }

    private void requireRows() {
        if (packed) {
            throw MoiraException.expected(name, "rows of " + format, "packed ones");
        }
    }
}
