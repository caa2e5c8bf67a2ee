package moira.engine.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;

/** The list of tensors of a GGUF file, and where in the file they lie. */
final class GgufTensors {
    /** What an entry of the list takes at least: a name's length, the number of dimensions, one of them, a format, an offset. */
    static final int LEAST_BYTES = 32;

    private static final int MOST_DIMENSIONS = 4;

    /** @param offset from the start of the data, in bytes */
    private record Entry(String name, TensorFormat format, boolean packed, List<Long> shape, long offset, long bytes) {}

    private final MemorySegment file;
    private final String where;
    private final long dataStart;

    private GgufTensors(MemorySegment file, String where, long dataStart) {
        this.file = file;
        this.where = where;
        this.dataStart = dataStart;
    }

    /** Reads the list, the header's last part. */
    static Map<String, Tensor> read(GgufReader in, int count, MemorySegment file, long alignment, String name) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(entry(in, alignment));
        }
        long dataStart = (in.offset() + alignment - 1) / alignment * alignment;
        GgufTensors tensors = new GgufTensors(file, name, dataStart);
        tensors.checkOverlaps(entries);
        return tensors.tensors(entries);
    }

    private static Entry entry(GgufReader in, long alignment) {
        String start = in.where();
        String name = in.string("a tensor's name");
        String where = start + ", tensor " + name;
        List<Long> shape = shape(in, where);
        int number = in.int32("a tensor's format");
        boolean packed = PackedTensors.areOf(number);
        TensorFormat format = packed ? PackedTensors.format(number, where) : TensorFormat.ofGguf(number, where);
        long offset = in.int64("a tensor's offset");
        if (offset < 0 || offset % alignment != 0) {
            throw MoiraException.expected(
                    where, "an offset that is a multiple of " + alignment, Long.toUnsignedString(offset));
        }
        long bytes = packed ? PackedTensors.bytes(format, shape, alignment, where) : format.bytes(shape, where);
        return new Entry(name, format, packed, shape, offset, bytes);
    }

    /** The file has the innermost dimension first. */
    private static List<Long> shape(GgufReader in, String where) {
        int dimensions = in.int32("a tensor's number of dimensions");
        if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
            throw MoiraException.expected(
                    where, "1 to " + MOST_DIMENSIONS + " dimensions", Integer.toUnsignedString(dimensions));
        }
        List<Long> shape = new ArrayList<>();
        for (int i = 0; i < dimensions; i++) {
            shape.addFirst(in.int64("a tensor's dimension"));
        }
        return shape;
    }

    private void checkOverlaps(List<Entry> entries) {
        List<Entry> placed = new ArrayList<>(entries);
        placed.sort(Comparator.comparingLong(Entry::offset));
        long end = 0;
        for (Entry entry : placed) {
            if (entry.offset < end) {
                throw MoiraException.expected(
                        where(entry), "data from offset " + end + " on, after the tensor before", entry.offset);
            }
            if (entry.bytes > file.byteSize() - dataStart - entry.offset) {
                throw MoiraException.expected(
                        where(entry),
                        entry.bytes + " bytes of data at offset " + (dataStart + entry.offset),
                        "a file of " + file.byteSize() + " bytes");
            }
            end = entry.offset + entry.bytes;
        }
    }

    private Map<String, Tensor> tensors(List<Entry> entries) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Entry entry : entries) {
            MemorySegment data = file.asSlice(dataStart + entry.offset, entry.bytes);
            Tensor tensor = new Tensor(entry.name, entry.format, entry.shape, data, entry.packed);
            if (tensors.put(entry.name, tensor) != null) {
                throw MoiraException.expected(where, "a tensor once", entry.name + " twice");
            }
        }
        return Collections.unmodifiableMap(tensors);
    }

    private String where(Entry entry) {
        return where + ", tensor " + entry.name;
    }
}
