package moira.engine.checkpoint;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import moira.engine.MoiraException;
import moira.engine.io.Replacement;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a safetensors file of floats (https://huggingface.co/docs/safetensors): everything is announced first, then tensor after
 * tensor streams. The file has its name when it is whole and on the disk, not before.
 */
public final class SafetensorsOutput {
    private static final int ALIGNMENT = 8;
    private static final int CHUNK = 1 << 16;

    private final Map<String, Object> header = new LinkedHashMap<>();
    private final Map<String, Supplier<FloatBuffer>> tensors = new LinkedHashMap<>();
    private long end;

    /** Texts that travel with the tensors. */
    public SafetensorsOutput metadata(Map<String, String> texts) {
        header.put("__metadata__", texts);
        return this;
    }

    /**
     * Adds a tensor of F32.
     *
     * @param shape outermost dimension first
     * @param values row by row, as many as the shape says; asked for when it is their turn
     */
    public SafetensorsOutput tensor(String name, List<Long> shape, Supplier<FloatBuffer> values) {
        long begin = end;
        end += shape.stream().reduce((long) Float.BYTES, Math::multiplyExact);
        header.put(name, Map.of("dtype", "F32", "shape", shape, "data_offsets", List.of(begin, end)));
        tensors.put(name, values);
        return this;
    }

    /** @throws MoiraException if the file cannot be written; a file of that name stays what it was then */
    public void write(Path file) {
        Replacement.write(file, whole -> {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(whole), 1 << 20)) {
                writeHeader(out);
                for (Supplier<FloatBuffer> values : tensors.values()) {
                    writeFloats(out, values.get());
                }
            }
        });
    }

    /** Padded with spaces, so that the data are aligned. */
    private void writeHeader(OutputStream out) throws IOException {
        byte[] json = new JsonMapper().writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        int length = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT;
        out.write(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array());
        out.write(json);
        out.write(" ".repeat(length - json.length).getBytes(StandardCharsets.UTF_8));
    }

    private static void writeFloats(OutputStream out, FloatBuffer values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            int count = Math.min(CHUNK, values.remaining());
            bytes.asFloatBuffer().put(values.slice(values.position(), count));
            values.position(values.position() + count);
            out.write(bytes.array(), 0, count * Float.BYTES);
        }
    }
}
