import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import moira.engine.MoiraException;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;
import tools.jackson.databind.json.JsonMapper;

/**
 * A safetensors file as Jlama writes and reads it. Its Q4 has the codes of Q4_0 in their order (blocks of 32 columns; the low halves of 16
 * bytes, then the high ones), all codes of a matrix together, and the scales in a tensor of F32 by the name of the matrix and
 * ".qb". So Q4_0 becomes Q4 without any rounding, and a weight takes 5 bits in the place of 4.5.
 */
final class JlamaWeights {
    private static final int COLUMNS = 32, SCALE = Short.BYTES, CODES = 16, BLOCK = SCALE + CODES;
    /** Where data begin, for vectors of any width: every tensor of a Mixtral is a multiple of it. */
    private static final int ALIGNMENT = 64;

    private interface Data {
        void write(OutputStream out) throws IOException;
    }

    private final Map<String, Object> header = new LinkedHashMap<>();
    private final List<Data> data = new ArrayList<>();
    private long end;

    /** Adds a tensor in F32. */
    void floats(String name, Tensor tensor) {
        announce(name, "F32", tensor.shape(), tensor.size() * Float.BYTES, out -> out.write(bytes(tensor.toFloats())));
    }

    /** Adds a matrix of Q4_0 in Q4. */
    void matrix(String name, Tensor tensor) {
        matrix(name, tensor, row -> row);
    }

    /** @param source the row of the tensor for a row of the matrix */
    void matrix(String name, Tensor tensor, IntUnaryOperator source) {
        if (tensor.format() != TensorFormat.Q4_0) {
            throw MoiraException.expected(tensor.name(), "Q4_0", tensor.format());
        }
        long blocks = tensor.columns() / COLUMNS;
        announce(name, "Q4", tensor.shape(), tensor.rows() * blocks * CODES, out -> {
            for (int row = 0; row < tensor.rows(); row++) {
                out.write(codes(row(tensor, source.applyAsInt(row))));
            }
        });
        announce(name + ".qb", "F32", List.of(tensor.rows(), blocks), tensor.rows() * blocks * Float.BYTES, out -> {
            for (int row = 0; row < tensor.rows(); row++) {
                out.write(bytes(scales(row(tensor, source.applyAsInt(row)))));
            }
        });
    }

    private void announce(String name, String type, List<Long> shape, long bytes, Data writer) {
        header.put(name, Map.of("dtype", type, "shape", shape, "data_offsets", List.of(end, end + bytes)));
        data.add(writer);
        end += bytes;
    }

    void write(Path file) throws IOException {
        byte[] json = new JsonMapper().writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        int length = Math.ceilDiv(Long.BYTES + json.length, ALIGNMENT) * ALIGNMENT - Long.BYTES;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            out.write(littleEndian(Long.BYTES).putLong(length).array());
            out.write(json);
            out.write(" ".repeat(length - json.length).getBytes(StandardCharsets.UTF_8));
            for (Data one : data) {
                one.write(out);
            }
        }
    }

    private static MemorySegment row(Tensor tensor, int row) {
        long bytes = tensor.columns() / COLUMNS * BLOCK;
        return tensor.data().asSlice(row * bytes, bytes);
    }

    private static byte[] codes(MemorySegment row) {
        byte[] codes = new byte[Math.toIntExact(row.byteSize() / BLOCK * CODES)];
        for (int block = 0; block * CODES < codes.length; block++) {
            MemorySegment.copy(row, ValueLayout.JAVA_BYTE, (long) block * BLOCK + SCALE, codes, block * CODES, CODES);
        }
        return codes;
    }

    private static float[] scales(MemorySegment row) {
        ValueLayout.OfShort half = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        float[] scales = new float[Math.toIntExact(row.byteSize() / BLOCK)];
        for (int block = 0; block < scales.length; block++) {
            scales[block] = Float.float16ToFloat(row.get(half, (long) block * BLOCK));
        }
        return scales;
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
