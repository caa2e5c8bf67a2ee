package moira.engine.decoder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * What an independent implementation computed ({@code reference-model/README.md}). Read by a reader of its own, so that a
 * mistake of ours in safetensors could not hide here.
 */
final class Golden {
    static final int LENGTH = 192;

    private final JsonNode header;
    private final ByteBuffer data;

    Golden(Path file) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] json = new byte[Math.toIntExact(all.getLong())];
        all.get(json);
        header = new ObjectMapper().readTree(new String(json, StandardCharsets.UTF_8));
        data = all.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    int documents() {
        return header.path("tokens").path("shape").path(0).asInt();
    }

    /** {@code [LENGTH]}, BOS first. */
    int[] tokens(int document) {
        int[] tokens = new int[LENGTH];
        buffer("tokens", document * LENGTH, 4).asIntBuffer().get(tokens);
        return tokens;
    }

    /** {@code [LENGTH][layers][2]}. */
    byte[] experts(int document, int layers) {
        byte[] experts = new byte[LENGTH * layers * 2];
        buffer("experts", document * experts.length, 1).get(experts);
        return experts;
    }

    /** {@code [perDocument]} floats of one document. */
    float[] floats(String name, int document, int perDocument) {
        float[] values = new float[perDocument];
        buffer(name, document * perDocument, 4).asFloatBuffer().get(values);
        return values;
    }

    private ByteBuffer buffer(String name, int first, int bytes) {
        int begin = header.path(name).path("data_offsets").path(0).asInt();
        return data.slice(begin + first * bytes, data.capacity() - begin - first * bytes)
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}
