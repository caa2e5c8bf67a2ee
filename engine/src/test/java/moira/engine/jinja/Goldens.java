package moira.engine.jinja;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import moira.engine.Shared;
import tools.jackson.databind.json.JsonMapper;

/** Templates and conversations: our own, which lie among the tests, and those of 17 models beside the project. */
final class Goldens {
    static final JsonMapper JSON = new JsonMapper();

    private Goldens() {}

    /** A template with its conversations, a line each. */
    record Golden(String name, String source, List<Map<String, Object>> conversations) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Golden> own() {
        return in(resources());
    }

    static List<Golden> ofModels() {
        return in(Shared.path("tokenizers-bpe/chat"));
    }

    static Path resources() {
        return Path.of("src/test/resources/jinja");
    }

    private static List<Golden> in(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(path -> path.toString().endsWith(".jinja"))
                    .sorted()
                    .map(Goldens::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Golden read(Path path) {
        String name = path.getFileName().toString().replace(".jinja", "");
        try {
            List<String> lines = Files.readAllLines(path.resolveSibling("chat." + name + ".jsonl"));
            return new Golden(
                    name,
                    Files.readString(path),
                    lines.stream().map(Goldens::object).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String line) {
        return JSON.readValue(line, Map.class);
    }

    static Text render(Template template, Map<String, Object> golden) {
        Map<String, Object> said = new HashMap<>();
        said.put("messages", golden.get("messages"));
        said.put("add_generation_prompt", golden.get("add_generation_prompt"));
        if (golden.get("kwargs") instanceof Map<?, ?> more) {
            more.forEach((key, value) -> said.put((String) key, value));
        }
        LocalDateTime now = LocalDateTime.parse((String) golden.getOrDefault("now", "2025-11-14T09:05:07"));
        Map<String, Object> written =
                Map.of("bos_token", golden.get("bos_token"), "eos_token", golden.get("eos_token"));
        return template.render(written, said, now);
    }
}
