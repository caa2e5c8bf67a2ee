package moira.engine.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import moira.engine.MoiraException;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;

/**
 * A safetensors file, read where it lies: the length of a JSON header (8 bytes, little-endian), the header, the data
 * (https://huggingface.co/docs/safetensors).
 *
 * @param metadata texts of the header's {@code __metadata__}
 * @param entries by name, in the header's order
 */
public record SafetensorsFile(Map<String, String> metadata, Map<String, Entry> entries) {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int LENGTH_BYTES = 8;

    /** The limit that the format's own library sets. */
    private static final long LONGEST_HEADER = 100_000_000;

    /**
     * An array of any type.
     *
     * @param dtype as the header names it: {@code BF16}, {@code I32}
     * @param shape outermost dimension first
     */
    public record Entry(String name, String dtype, List<Long> shape, MemorySegment data) {
        /** As numbers that a decoder can compute with, or nothing where the type is not one of them. */
        public Optional<Tensor> tensor() {
            return Arrays.stream(TensorFormat.values())
                    .filter(format -> format.blockSize() == 1 && format.name().equals(dtype))
                    .map(format -> new Tensor(name, format, shape, data))
                    .findFirst();
        }
    }

    /**
     * Maps a file and reads its header; its data are valid as long as the arena is open.
     *
     * @throws MoiraException if the file is not what it should be
     */
    public static SafetensorsFile read(Path path, Arena arena) {
        return parse(MappedFile.map(path, arena), path.toString());
    }

    /** @param where the file, for errors */
    static SafetensorsFile parse(MemorySegment file, String where) {
        Map<String, Object> header = Json.object(header(file, where), where + ", header");
        Object metadata = header.remove("__metadata__");
        long dataStart = LENGTH_BYTES + file.get(LONG, 0);
        SafetensorsHeader entries = new SafetensorsHeader(file.asSlice(dataStart), where);
        return new SafetensorsFile(SafetensorsHeader.metadata(metadata, where), entries.entries(header));
    }

    private static byte[] header(MemorySegment file, String where) {
        long most = Math.min(file.byteSize() - LENGTH_BYTES, LONGEST_HEADER);
        if (most < 0) {
            throw MoiraException.expected(where, "the length of a header, 8 bytes", file.byteSize() + " bytes");
        }
        long length = file.get(LONG, 0);
        if (length < 0 || length > most) {
            throw MoiraException.expected(
                    where + ", offset 0", "a header of at most " + most + " bytes", Long.toUnsignedString(length));
        }
        return file.asSlice(LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
    }
}
