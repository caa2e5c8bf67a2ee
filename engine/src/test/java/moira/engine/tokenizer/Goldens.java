package moira.engine.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import moira.engine.Shared;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The goldens of {@code ../shared/tokenizers}, and the tokenizers that they belong to. */
final class Goldens {
    private static final JsonMapper JSON = new JsonMapper();

    private Goldens() {}

    /** One golden case: a text and its ids. */
    record Case(String name, String text, List<Integer> ids) {
        int[] array() {
            return ids.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    static List<Case> cases(String file) {
        Path path = Shared.path("tokenizers/goldens/" + file + ".jsonl");
        try {
            return Files.readAllLines(path).stream().map(Goldens::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Case parse(String line) {
        JsonNode node = JSON.readTree(line);
        List<Integer> ids =
                node.path("ids").valueStream().map(JsonNode::intValue).toList();
        String name = node.path("id").asString() + " " + node.path("cat").asString("");
        return new Case(name, node.path("text").stringValue(), ids);
    }

    static Path model(String version) {
        return Shared.path("tokenizers/models/"
                + switch (version) {
                    case "v1" -> "tokenizer.model.v1";
                    case "v2" -> "mistral_instruct_tokenizer_240216.model.v2";
                    case "v3" -> "mistral_instruct_tokenizer_240323.model.v3";
                    default -> "mixtral-v1.converted.tokenizer.json";
                });
    }

    static Tokenizer tokenizer(String version) {
        return Tokenizers.open(model(version));
    }
}
