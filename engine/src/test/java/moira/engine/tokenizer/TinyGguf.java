package moira.engine.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Just enough of a GGUF reader to get at the metadata of a well-formed vocabulary file. */
final class TinyGguf {
    private final ByteBuffer data;

    private TinyGguf(byte[] bytes) {
        data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static Map<String, Object> metadata(Path path) {
        try {
            return new TinyGguf(Files.readAllBytes(path)).metadata();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Object> metadata() {
        data.position(16); // Magic, version, number of tensors.
        long keys = data.getLong();
        Map<String, Object> metadata = new LinkedHashMap<>();
        for (long i = 0; i < keys; i++) {
            metadata.put(string(), value(data.getInt()));
        }
        return metadata;
    }

    private Object value(int type) {
        return switch (type) {
            case 4, 5 -> (long) data.getInt();
            case 6 -> (double) data.getFloat();
            case 7 -> data.get() != 0;
            case 8 -> string();
            case 9 -> array(data.getInt(), (int) data.getLong());
            case 10, 11 -> data.getLong();
            default -> throw new IllegalStateException("type " + type);
        };
    }

    private Object array(int type, int length) {
        return switch (type) {
            case 4, 5 ->
                IntStream.range(0, length).mapToLong(i -> data.getInt()).toArray();
            case 6 ->
                IntStream.range(0, length).mapToDouble(i -> data.getFloat()).toArray();
            case 8 -> IntStream.range(0, length).mapToObj(i -> string()).toArray(String[]::new);
            default -> throw new IllegalStateException("array of type " + type);
        };
    }

    private String string() {
        byte[] bytes = new byte[(int) data.getLong()];
        data.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
