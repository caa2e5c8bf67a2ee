package moira.engine.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What Hugging Face's {@code tokenizer_config.json} says of the tokenizer beside it. All of it is optional.
 *
 * @param addsBos whether a sequence starts with the BOS piece
 * @param bos the piece that starts a sequence
 * @param eos the piece that ends one
 */
record TokenizerConfig(Optional<Boolean> addsBos, Optional<String> bos, Optional<String> eos) {
    /** The configuration in the same folder as a tokenizer; an empty one if there is none. */
    static TokenizerConfig besides(Path tokenizer) {
        Path path = tokenizer.resolveSibling("tokenizer_config.json");
        if (!Files.exists(path)) {
            return new TokenizerConfig(Optional.empty(), Optional.empty(), Optional.empty());
        }
        JsonNode root = TokenizerFile.json(path, TokenizerFile.read(path));
        Optional<Boolean> addsBos = Optional.of(root.path("add_bos_token"))
                .filter(JsonNode::isBoolean)
                .map(JsonNode::booleanValue);
        return new TokenizerConfig(addsBos, piece(root.path("bos_token")), piece(root.path("eos_token")));
    }

    /** A piece is written as a string, or as an object that tells how it is matched. */
    private static Optional<String> piece(JsonNode token) {
        JsonNode content = token.isObject() ? token.path("content") : token;
        return Optional.of(content).filter(JsonNode::isString).map(JsonNode::stringValue);
    }
}
