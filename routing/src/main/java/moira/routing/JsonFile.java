package moira.routing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import moira.engine.MoiraException;
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
        Path temporary = DuckDb.temporary(file);
        try {
            Files.writeString(temporary, JSON.writeValueAsString(value) + "\n");
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw MoiraException.cannot(file, "be written", e);
        }
    }
}
