package moira.routing.verdict;

import java.nio.file.Path;
import moira.engine.MoiraException;
import moira.routing.JsonFile;
import moira.routing.result.Run;
import moira.routing.result.Tables;

/** Writes {@code verdict.json}. */
public final class VerdictWriter {
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
            JsonFile.write(analysis.resolve("verdict.json"), verdict);
            return verdict;
        }
    }
}
