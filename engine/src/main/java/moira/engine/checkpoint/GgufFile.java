package moira.engine.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.family.Settings;
import moira.engine.tensor.Tensor;

/**
 * A GGUF file, version 2 or 3, little-endian, read where it lies (ggml's docs/gguf.md).
 *
 * @param metadata by key, in the file's order: integers are {@link Long} (unsigned 64-bit ones keep their bits), floats
 *     {@link Double}, then {@link Boolean} and {@link String}; arrays are {@code long[]}, {@code double[]}, {@code boolean[]},
 *     {@code String[]}, and {@code Object[]} of such arrays
 * @param tensors by name, in the file's order
 */
public record GgufFile(int version, Map<String, Object> metadata, Map<String, Tensor> tensors) {
    /** "GGUF" as a little-endian number. */
    static final int MAGIC = 0x46554747;

    private static final int LEAST_ENTRY_BYTES = 13;
    private static final long LARGEST_ALIGNMENT = 1L << 20;

    /**
     * Maps a file, and the other parts of a model whose first part it is, and reads their headers; tensors are valid as long as the
     * arena is open.
     *
     * @throws MoiraException if a file is not what it should be: the message tells the offset
     */
    public static GgufFile read(Path path, Arena arena) {
        return GgufParts.whole(path, readPart(path, arena), arena);
    }

    /** This file alone. */
    static GgufFile readPart(Path path, Arena arena) {
        return parse(MappedFile.map(path, arena), path.toString());
    }

    /** @param name of the file, for errors */
    static GgufFile parse(MemorySegment file, String name) {
        GgufReader in = new GgufReader(file, name);
        int version = version(in);
        int tensors = in.count("tensors", GgufTensors.LEAST_BYTES);
        int entries = in.count("metadata entries", LEAST_ENTRY_BYTES);
        Map<String, Object> metadata = metadata(in, entries);
        long alignment = alignment(metadata, name);
        Map<String, Tensor> read = GgufTensors.read(in, tensors, file, alignment, name);
        PackedTensors.checkLayouts(metadata, read.values(), name);
        return new GgufFile(version, metadata, read);
    }

    private static int version(GgufReader in) {
        String start = in.where();
        int magic = in.int32("the magic number");
        if (magic != MAGIC) {
            throw MoiraException.expected(
                    start, "GGUF", "the bytes " + HexFormat.of().toHexDigits(Integer.reverseBytes(magic)));
        }
        start = in.where();
        int version = in.int32("the version");
        int swapped = Integer.reverseBytes(version);
        if (swapped == 2 || swapped == 3) {
            throw MoiraException.expected(start, "a little-endian file", "big-endian GGUF v" + swapped);
        }
        if (version != 2 && version != 3) {
            throw MoiraException.expected(start, "GGUF version 2 or 3", Integer.toUnsignedString(version));
        }
        return version;
    }

    private static Map<String, Object> metadata(GgufReader in, int entries) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        for (int i = 0; i < entries; i++) {
            String start = in.where();
            String key = in.string("a key");
            if (metadata.put(key, in.value()) != null) {
                throw MoiraException.expected(start, "a key once", key + " twice");
            }
        }
        return Collections.unmodifiableMap(metadata);
    }

    private static long alignment(Map<String, Object> metadata, String name) {
        Object alignment = metadata.getOrDefault("general.alignment", 32L);
        if (alignment instanceof Long bytes && Long.bitCount(bytes) == 1 && bytes > 0 && bytes <= LARGEST_ALIGNMENT) {
            return bytes;
        }
        throw MoiraException.expected(
                name + ": general.alignment",
                "a power of two up to " + LARGEST_ALIGNMENT,
                Settings.describe(alignment));
    }
}
