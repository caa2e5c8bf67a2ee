package moira.engine.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What Hugging Face's {@code tokenizer_config.json} says of the tokenizer beside it, and in older folders {@code special_tokens_map.json}.
 * All of it is optional.
 *
 * @param addsBos whether a sequence starts with the BOS piece
 * @param bos the piece that starts a sequence
 * @param eos the piece that ends one
 */
record TokenizerConfig(Optional<Boolean> addsBos, Optional<String> bos, Optional<String> eos) {
    /** The configuration in the same folder as a tokenizer; an empty one if there is none. */
    static TokenizerConfig besides(Path tokenizer) {
        JsonNode root = json(tokenizer.resolveSibling("tokenizer_config.json"));
        JsonNode map = json(tokenizer.resolveSibling("special_tokens_map.json"));
        Optional<Boolean> addsBos = Optional.of(root.path("add_bos_token"))
                .filter(JsonNode::isBoolean)
                .map(JsonNode::booleanValue);
        return new TokenizerConfig(addsBos, piece("bos_token", root, map), piece("eos_token", root, map));
    }

    private static JsonNode json(Path path) {
        return Files.exists(path)
                ? TokenizerFile.json(path, TokenizerFile.read(path))
                : JsonNodeFactory.instance.objectNode();
    }

    /** Of the first of the files that names it. */
    private static Optional<String> piece(String name, JsonNode... files) {
        return Arrays.stream(files)
                .flatMap(file -> piece(file.path(name)).stream())
                .findFirst();
    }

    /** A piece is written as a string, or as an object that tells how it is matched. */
    private static Optional<String> piece(JsonNode token) {
        JsonNode content = token.isObject() ? token.path("content") : token;
        return Optional.of(content).filter(JsonNode::isString).map(JsonNode::stringValue);
    }
}
