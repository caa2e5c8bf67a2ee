package moira.engine.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import moira.engine.tokenizer.Tokenizer;

/** The tokens that end an answer: of a text, of a turn, of a message. Files name them in several places, and all of them count. */
final class EndTokens {
    private static final String GENERATION = "generation_config.json";
    private static final String KEY = "eos_token_id";
    private static final List<String> OF_GGUF =
            List.of("tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id");

    private EndTokens() {}

    /** Those that the metadata of a GGUF file name, and the tokenizer's own. */
    static Set<Integer> ofGguf(Map<String, Object> metadata, Tokenizer tokenizer) {
        Set<Integer> ends = new TreeSet<>();
        OF_GGUF.forEach(key -> add(metadata.get(key), tokenizer, ends));
        add(tokenizer.eos(), tokenizer, ends);
        return ends;
    }

    /** Those that {@code config.json} and {@code generation_config.json} name, one or several each, and the tokenizer's own. */
    static Set<Integer> ofFolder(Path folder, Map<String, Object> config, Tokenizer tokenizer) {
        Set<Integer> ends = new TreeSet<>();
        add(config.get(KEY), tokenizer, ends);
        Path generation = folder.resolve(GENERATION);
        if (Files.exists(generation)) {
            add(Json.object(MappedFile.read(generation), generation.toString()).get(KEY), tokenizer, ends);
        }
        add(tokenizer.eos(), tokenizer, ends);
        return ends;
    }

    /** An id, or some; what is no id of the vocabulary ends nothing. */
    private static void add(Object value, Tokenizer tokenizer, Set<Integer> ends) {
        if (value instanceof List<?> several) {
            several.forEach(one -> add(one, tokenizer, ends));
        } else if (value instanceof Number number && number.longValue() >= 0 && number.longValue() < tokenizer.size()) {
            ends.add(number.intValue());
        }
    }
}
