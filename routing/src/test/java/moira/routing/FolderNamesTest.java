package moira.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import moira.routing.analysis.Analysis;
import moira.routing.analysis.AnalysisOptions;
import moira.routing.comparison.Analysed;
import moira.routing.comparison.ComparisonWriter;
import moira.routing.report.ReportWriter;
import moira.routing.trace.PlantedTrace;
import moira.routing.verdict.Verdict;
import moira.routing.verdict.VerdictWriter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies below a folder does not depend on that folder's name, whatever DuckDB would make of it. */
class FolderNamesTest {
    private static final PlantedTrace PLANTED = new PlantedTrace(4, 2, List.of(0, 2), 2, 5, 1, 30, 12, 3);

    @TempDir
    private static Path folder;

    private static Map<String, String> elsewhere;

    @BeforeAll
    static void inAPlainFolder() throws IOException {
        elsewhere = below("plain");
        assertThat(elsewhere)
                .containsKeys(
                        "t/trace.json",
                        "t/routing/part-00000.parquet",
                        "out/tables/information.csv",
                        "out/verdict.json",
                        "out/report.html",
                        "compared/tables/compare.csv",
                        "compared/compare.html");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "layer=1",
                "document=1",
                "domain=law",
                "expert=0/choice=2",
                "a b",
                "模型",
                "x';--",
                "[pq]",
                "p*q",
                "p?q",
                "{p,q}",
                "~",
                "%20",
                "-"
            })
    void decideNothing(String name) throws IOException {
        assertThat(below(name)).isEqualTo(elsewhere);
    }

    @Test
    void ofAPatternDoNotStandForAnother() throws IOException {
        Path p = Files.createDirectories(folder.resolve("p")).resolve("x.parquet");
        Path pattern = Files.createDirectories(folder.resolve("[pq]")).resolve("x.parquet");
        try (DuckDb database = DuckDb.inMemory()) {
            database.writeParquet("SELECT 1 AS n", p);
            database.writeParquet("SELECT 2 AS n", pattern);
            int[] found = {0};
            database.query("SELECT n FROM " + DuckDb.parquet(List.of(pattern)), row -> found[0] += row.getInt(1));
            assertThat(found[0]).isEqualTo(2);
        }
    }

    /** Everything that comes of a trace: by name below the folder, its bytes. */
    private static Map<String, String> below(String name) throws IOException {
        Path root = Files.createDirectories(folder.resolve(name));
        Path trace = root.resolve("t");
        Path out = root.resolve("out");
        PLANTED.write(
                trace,
                (random, layer, domain, token, previous) ->
                        PLANTED.first(random, random.nextInt(3) == 0 ? domain : token));
        Analysis.run(trace, out, new AnalysisOptions(40, 20, 40, 1));
        Verdict verdict = VerdictWriter.write(trace, out);
        ReportWriter.write(trace, out, out.resolve("report.html"));
        Analysed one = new Analysed("one", trace, out, verdict);
        ComparisonWriter.write(List.of(one, new Analysed("two", trace, out, verdict)), root.resolve("compared"));
        Map<String, String> bytes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes.put(root.relativize(file).toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return bytes;
    }
}
