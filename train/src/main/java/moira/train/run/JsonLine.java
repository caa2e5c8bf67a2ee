package moira.train.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import moira.engine.MoiraException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Files of one JSON object a line. */
final class JsonLine {
    private static final JsonMapper JSON = new JsonMapper();

    private JsonLine() {}

    static String of(Map<String, ?> values) {
        return JSON.writeValueAsString(values) + "\n";
    }

    static void append(Path file, Map<String, ?> values) {
        try {
            Files.writeString(
                    file, of(values), StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be written", e);
        }
    }

    /** The step that a line tells of; of a line that was cut off, none that ever comes. */
    static long step(String line) {
        try {
            return JSON.readTree(line).path("step").asLong(Long.MAX_VALUE);
        } catch (JacksonException e) {
            return Long.MAX_VALUE;
        }
    }
}
