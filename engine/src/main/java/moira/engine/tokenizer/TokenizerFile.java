package moira.engine.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import moira.engine.MoiraException;
import moira.engine.Reason;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the files beside a model's weights whole; they are small. */
final class TokenizerFile {
    /** The largest known is a tenth of this. */
    private static final long LARGEST = 256L << 20;

    private static final JsonMapper JSON = new JsonMapper();

    private TokenizerFile() {}

    static byte[] read(Path path) {
        try {
            long size = Files.size(path);
            if (size > LARGEST) {
                throw MoiraException.expected(path.toString(), "a tokenizer of at most " + LARGEST + " bytes", size);
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new MoiraException(path + ": expected a readable tokenizer file, found " + e, e);
        }
    }

    /** The one JSON object that a file holds. */
    static JsonNode json(Path path, byte[] data) {
        try {
            JsonNode root = JSON.readTree(data);
            if (!root.isObject()) {
                throw MoiraException.expected(path.toString(), "a JSON object", root.getNodeType());
            }
            return root;
        } catch (JacksonException e) {
            throw MoiraException.expected(path.toString(), "JSON", Reason.of(e));
        }
    }
}
