package moira.routing.verdict;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import moira.routing.result.Run;
import moira.routing.result.Tables;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes {@code verdict.json}. */
public final class VerdictWriter {
    /** The verdict's name beside {@code analysis.json}. */
    public static final String FILE = "verdict.json";

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private VerdictWriter() {}

    /**
     * Judges an analysis and writes the verdict into its folder.
     *
     * @param trace the trace's folder
     * @param analysis with {@code analysis.json} and {@code tables/}
     * @throws MoiraException if the analysis cannot be read or the file cannot be written
     */
    public static Verdict write(Path trace, Path analysis) {
        try (Tables tables = Tables.open(trace, analysis)) {
            Verdict verdict = Verdict.of(tables, Run.read(analysis));
            write(verdict, analysis.resolve(FILE));
            return verdict;
        }
    }

    private static void write(Verdict verdict, Path file) {
        Path temporary = DuckDb.temporary(file);
        try {
            Files.writeString(temporary, JSON.writeValueAsString(verdict) + "\n");
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new MoiraException(file + ": cannot be written: " + e, e);
        }
    }
}
