package moira.engine.checkpoint;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.io.Replacement;
import moira.engine.tensor.TensorFormat;

/**
 * Writes a GGUF file, version 3: everything is announced first, then tensor after tensor streams its bytes, so that no more than a
 * buffer is ever in memory. The file has its name when it is whole, not before.
 */
public final class GgufOutput {
    /** Where tensors start, in multiples of bytes; a file says so where it is not the 32 that readers expect. */
    private int alignment = 32;

    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private final List<Announced> tensors = new ArrayList<>();

    /** Streams the bytes of one tensor. */
    @FunctionalInterface
    public interface Data {
        void write(OutputStream out) throws IOException;
    }

    /** @param format its number */
    private record Announced(String name, int format, List<Long> shape, long bytes, Data data) {}

    /**
     * Adds a key.
     *
     * @param value a String, Integer (written as uint32), Float, Boolean, or an array of Strings, ints (int32) or floats
     */
    public GgufOutput put(String key, Object value) {
        metadata.put(key, value);
        return this;
    }

    /** Adds a tensor, outermost dimension first. */
    public GgufOutput tensor(String name, TensorFormat format, List<Long> shape, Data data) {
        tensors.add(new Announced(name, format.gguf(), shape, format.bytes(shape, name), data));
        return this;
    }

    /** Adds a matrix, or the experts of a layer, as {@link moira.engine.matrix.PackedMatrix} has them. */
    public GgufOutput packed(String name, TensorFormat format, List<Long> shape, Data data) {
        alignment = PackedTensors.ALIGNMENT;
        put("general.alignment", alignment);
        PackedTensors.putLayout(format, metadata);
        long bytes = PackedTensors.bytes(format, shape, alignment, name);
        tensors.add(new Announced(name, PackedTensors.number(format), shape, bytes, data));
        return this;
    }

    /** The bytes of all tensors. */
    public long bytes() {
        return tensors.stream().mapToLong(Announced::bytes).sum();
    }

    /** @throws MoiraException if the file cannot be written; nothing of it is left then */
    public void write(Path file) {
        requireRoom(file);
        Replacement.write(file, this::writeAll);
    }

    private void writeAll(Path file) throws IOException {
        // Whoever ends the process meanwhile wants no half of a file.
        file.toFile().deleteOnExit();
        try (Counted out = new Counted(new BufferedOutputStream(Files.newOutputStream(file), 1 << 20))) {
            header(out);
            for (Announced tensor : tensors) {
                pad(out);
                long before = out.count;
                tensor.data.write(out);
                if (out.count - before != tensor.bytes()) {
                    throw MoiraException.expected(tensor.name, tensor.bytes() + " bytes", out.count - before);
                }
            }
            pad(out);
        }
    }

    /**
     * That a file may be written.
     *
     * @param overwrite whether it may be in the place of another file
     * @throws MoiraException if not
     */
    public static void requireFree(Path file, boolean overwrite) {
        if (Files.exists(file) && !(overwrite && Files.isRegularFile(file))) {
            throw MoiraException.expected(
                    file.toString(),
                    overwrite ? "a file or nothing of that name" : "nothing of that name (--overwrite replaces a file)",
                    Files.isRegularFile(file) ? "a file" : "something else");
        }
    }

    /** A file that will not fit is not begun; some file systems do not tell their room, and say 0. */
    private void requireRoom(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw MoiraException.expected(file.toString(), "a folder for the file", "none at " + folder);
        }
        try {
            long room = Files.getFileStore(folder).getUsableSpace();
            if (room > 0 && room < bytes()) {
                throw MoiraException.expected(folder.toString(), bytes() + " bytes free on the disk", room);
            }
        } catch (IOException e) {
            throw MoiraException.cannot(folder, "be written", e);
        }
    }

    private void header(Counted out) throws IOException {
        out.write("GGUF".getBytes(StandardCharsets.US_ASCII));
        out.int32(3);
        out.int64(tensors.size());
        out.int64(metadata.size());
        for (Map.Entry<String, Object> entry : metadata.entrySet()) {
            out.text(entry.getKey());
            value(out, entry.getValue());
        }
        long offset = 0;
        for (Announced tensor : tensors) {
            out.text(tensor.name);
            out.int32(tensor.shape.size());
            for (long dimension : tensor.shape.reversed()) {
                out.int64(dimension);
            }
            out.int32(tensor.format);
            out.int64(offset);
            offset += padded(tensor.bytes());
        }
    }

    private static void value(Counted out, Object value) throws IOException {
        switch (value) {
            case Integer i -> {
                out.int32(4);
                out.int32(i);
            }
            case Float f -> {
                out.int32(6);
                out.int32(Float.floatToRawIntBits(f));
            }
            case Boolean b -> {
                out.int32(7);
                out.write(b ? 1 : 0);
            }
            case String s -> {
                out.int32(8);
                out.text(s);
            }
            case String[] texts -> {
                array(out, 8, texts.length);
                for (String text : texts) {
                    out.text(text);
                }
            }
            case int[] ints -> {
                array(out, 5, ints.length);
                for (int i : ints) {
                    out.int32(i);
                }
            }
            case float[] floats -> {
                array(out, 6, floats.length);
                for (float f : floats) {
                    out.int32(Float.floatToRawIntBits(f));
                }
            }
            default -> throw new IllegalArgumentException("no GGUF value: " + value);
        }
    }

    private static void array(Counted out, int type, int length) throws IOException {
        out.int32(9);
        out.int32(type);
        out.int64(length);
    }

    private void pad(Counted out) throws IOException {
        out.write(new byte[(int) (padded(out.count) - out.count)]);
    }

    private long padded(long bytes) {
        return Math.ceilDiv(bytes, alignment) * alignment;
    }

    /** Little-endian numbers, counted. */
    private static final class Counted extends OutputStream {
        private final OutputStream out;
        private long count;

        Counted(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int at, int length) throws IOException {
            out.write(bytes, at, length);
            count += length;
        }

        void int32(int value) throws IOException {
            write(ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array());
        }

        void int64(long value) throws IOException {
            write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array());
        }

        void text(String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            int64(bytes.length);
            write(bytes);
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
