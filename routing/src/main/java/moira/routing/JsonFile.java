package moira.routing;

import java.nio.file.Path;
import moira.engine.MoiraException;
import moira.engine.io.Replacement;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as Moira writes it: names in snake_case, indented, a file replaced at once or not at all. */
public final class JsonFile {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private JsonFile() {}

    /**
     * Writes a value.
     *
     * @throws MoiraException if the file cannot be written
     */
    public static void write(Path file, Object value) {
        Replacement.write(file, JSON.writeValueAsString(value) + "\n");
    }
}
