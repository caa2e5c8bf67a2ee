package moira.engine.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes GGUF files for tests, and remembers where every number of the header lies. */
public final class GgufWriter {
    /** A number in the header: where, and how many bytes. */
    record Field(int offset, int bytes) {}

    /** A tensor to be written; the shape is outermost first. */
    record Data(int format, long[] shape, byte[] bytes) {}

    /** A value of a type that Java's own types do not tell apart. */
    record Typed(int type, Number value) {}

    int version = 3;
    int alignment = 32;
    final Map<String, Object> metadata = new LinkedHashMap<>();
    final Map<String, Data> tensors = new LinkedHashMap<>();
    final List<Field> fields = new ArrayList<>();
    int headerBytes;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public GgufWriter put(String key, Object value) {
        metadata.put(key, value);
        return this;
    }

    public GgufWriter f32(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        tensors.put(name, new Data(0, shape, bytes.array()));
        return this;
    }

    public byte[] bytes() {
        out.reset();
        fields.clear();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        int32(version);
        int64(tensors.size());
        int64(metadata.size());
        metadata.forEach((key, value) -> {
            string(key);
            int32(type(value));
            value(value);
        });
        long offset = 0;
        for (Map.Entry<String, Data> tensor : tensors.entrySet()) {
            string(tensor.getKey());
            Data data = tensor.getValue();
            int32(data.shape.length);
            for (int i = data.shape.length - 1; i >= 0; i--) {
                int64(data.shape[i]);
            }
            int32(data.format);
            int64(offset);
            offset += padded(data.bytes.length);
        }
        headerBytes = out.size();
        pad();
        tensors.values().forEach(data -> {
            out.writeBytes(data.bytes);
            pad();
        });
        return out.toByteArray();
    }

    private static int type(Object value) {
        return switch (value) {
            case Typed typed -> typed.type;
            case Integer i -> 4;
            case Float f -> 6;
            case Boolean b -> 7;
            case String s -> 8;
            case Object[] array -> 9;
            case Long l -> 11;
            case Double d -> 12;
            default -> throw new IllegalArgumentException(value.toString());
        };
    }

    private void value(Object value) {
        switch (value) {
            case Typed typed -> number(typed);
            case Integer i -> int32(i);
            case Float f -> int32(Float.floatToRawIntBits(f));
            case Boolean b -> number(1, b ? 1 : 0);
            case String s -> string(s);
            case Long l -> int64(l);
            case Double d -> int64(Double.doubleToRawLongBits(d));
            case Object[] array -> {
                int32(array.length == 0 ? 8 : type(array[0]));
                int64(array.length);
                Arrays.stream(array).forEach(this::value);
            }
            default -> throw new IllegalArgumentException(value.toString());
        }
    }

    private void number(Typed typed) {
        int[] bytes = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
        number(bytes[typed.type], typed.value.longValue());
    }

    private void string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int64(bytes.length);
        out.writeBytes(bytes);
    }

    private void int32(int value) {
        number(4, value);
    }

    private void int64(long value) {
        number(8, value);
    }

    private void number(int bytes, long value) {
        fields.add(new Field(out.size(), bytes));
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> (8 * i)));
        }
    }

    private void pad() {
        out.writeBytes(new byte[(int) padded(out.size()) - out.size()]);
    }

    private long padded(long bytes) {
        return (bytes + alignment - 1) / alignment * alignment;
    }
}
