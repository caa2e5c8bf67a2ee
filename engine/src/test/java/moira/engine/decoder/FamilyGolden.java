package moira.engine.decoder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * What the transformers library computed of a small model, layer by layer: {@link #SEQUENCES} sequences of {@link #TOKENS} tokens. Read by a
 * reader of its own, so that a mistake of ours in safetensors could not hide here.
 */
final class FamilyGolden {
    static final int SEQUENCES = 3;
    static final int TOKENS = 96;
    /** Tokens of a sequence that are continued, and how many follow. */
    static final int PROMPT = 32;

    private final JsonNode header;
    private final ByteBuffer data;

    FamilyGolden(Path file) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] json = new byte[Math.toIntExact(all.getLong())];
        all.get(json);
        header = new ObjectMapper().readTree(new String(json, StandardCharsets.UTF_8));
        data = all.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean has(String name) {
        return header.has(name);
    }

    /** The values of one sequence. */
    float[] floats(String name, int sequence) {
        FloatBuffer all = buffer(name).asFloatBuffer();
        float[] values = new float[all.capacity() / SEQUENCES];
        all.get(sequence * values.length, values);
        return values;
    }

    /** The values of one sequence. */
    int[] ints(String name, int sequence) {
        IntBuffer all = buffer(name).asIntBuffer();
        int[] values = new int[all.capacity() / SEQUENCES];
        all.get(sequence * values.length, values);
        return values;
    }

    private ByteBuffer buffer(String name) {
        JsonNode offsets = header.path(name).path("data_offsets");
        int begin = offsets.path(0).asInt();
        return data.slice(begin, offsets.path(1).asInt() - begin).order(ByteOrder.LITTLE_ENDIAN);
    }
}
