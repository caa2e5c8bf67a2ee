package moira.engine.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import moira.engine.MoiraException;
import tools.jackson.databind.JsonNode;

/** How a byte-level {@code tokenizer.json} cuts a text: its own patterns, not what its name suggests. */
final class JsonPreTokenizer {
    static final String READ =
            "Split by a pattern into isolated pieces, Digits one by one, ByteLevel without a space in front";

    private final String where;
    private final List<String> patterns = new ArrayList<>();

    private JsonPreTokenizer(String where) {
        this.where = where;
    }

    /** Whether a file's words are spelled in bytes. */
    static boolean isByteLevel(JsonNode root) {
        return steps(root.path("pre_tokenizer"), "pretokenizers").stream().anyMatch(JsonPreTokenizer::isByteLevelStep)
                || steps(root.path("decoder"), "decoders").stream().anyMatch(JsonPreTokenizer::isByteLevelStep);
    }

    private static boolean isByteLevelStep(JsonNode step) {
        return step.path("type").asString("").equals("ByteLevel");
    }

    /** A sequence's parts, or what stands alone. */
    static List<JsonNode> steps(JsonNode node, String parts) {
        return node.path("type").asString("").equals("Sequence")
                ? node.path(parts).valueStream().toList()
                : node.isObject() ? List.of(node) : List.of();
    }

    /** @throws MoiraException if a step is of a kind that is not read */
    static List<String> patterns(String where, JsonNode root) {
        JsonPreTokenizer reader = new JsonPreTokenizer(where);
        steps(root.path("pre_tokenizer"), "pretokenizers").forEach(reader::add);
        return reader.patterns;
    }

    private void add(JsonNode step) {
        switch (step.path("type").asString("")) {
            case "Split" -> split(step);
            case "Digits" -> {
                require(step.path("individual_digits").asBoolean(false), step);
                patterns.add(PreTokenizer.DIGIT);
            }
            case "ByteLevel" -> {
                require(!step.path("add_prefix_space").asBoolean(false), step);
                if (step.path("use_regex").asBoolean(true)) {
                    patterns.add(PreTokenizer.GPT2);
                }
            }
            default -> require(false, step);
        }
    }

    private void split(JsonNode step) {
        String pattern = step.path("pattern").path("Regex").asString("");
        require(
                !pattern.isEmpty()
                        && step.path("behavior").asString("").equals("Isolated")
                        && !step.path("invert").asBoolean(false),
                step);
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw MoiraException.expected(where, "a pattern that can be read", pattern);
        }
        patterns.add(pattern);
    }

    private void require(boolean read, JsonNode step) {
        if (!read) {
            throw MoiraException.expected(
                    where, "a pre-tokenizer of " + READ, step.path("type").asString("none"));
        }
    }
}
