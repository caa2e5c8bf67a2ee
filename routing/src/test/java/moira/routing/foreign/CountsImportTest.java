package moira.routing.foreign;

import static moira.routing.foreign.ArrayWriter.array;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import moira.routing.Progress;
import moira.routing.analysis.Analysis;
import moira.routing.analysis.AnalysisOptions;
import moira.routing.report.ReportWriter;
import moira.routing.trace.TraceHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Counts by domain, layer and expert, by themselves and beside counts by token. */
class CountsImportTest {
    private static final ImportOptions OPTIONS = ImportOptions.DEFAULTS;

    /** Ten tokens of a and five of b, two of four experts. */
    private static final String EITHER = """
            {"model": "m", "experts": 4, "experts_per_token": 2, "layers": [3, 7], "choices": "either",
             "domains": {"a": [[8, 6, 4, 2], [5, 5, 5, 5]], "b": [[1, 2, 3, 4], [0, 0, 5, 5]]}}""";

    private static final String FIRST = """
            {"model": "m", "experts": 4, "experts_per_token": 2, "layers": [3, 7], "choices": "first",
             "domains": {"a": [[4, 3, 2, 1], [10, 0, 0, 0]]}}""";

    @TempDir
    private Path folder;

    private Path trace() {
        return folder.resolve("out/trace");
    }

    private TraceHeader.Origin read(Path... files) {
        return Importer.run("counts", List.of(files), OPTIONS, trace(), Progress.NONE);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private List<String> rows(String sql) {
        List<String> rows = new ArrayList<>();
        try (DuckDb database = DuckDb.inMemory()) {
            database.query(sql, row -> rows.add(row.getString(1)));
        }
        return rows;
    }

    private List<String> table(String columns, String table, String where) {
        return rows("SELECT concat_ws(' ', " + columns + ") FROM '" + folder.resolve("out/analysis/tables") + "/"
                + table + ".parquet' WHERE " + where + " ORDER BY ALL");
    }

    private void analyze() {
        Analysis.run(trace(), folder.resolve("out/analysis"), new AnalysisOptions(20, 10, 20, 1));
    }

    @Test
    void tablesAreMadeAsFarAsCountsGo() throws IOException {
        TraceHeader.Origin origin = read(file("counts.json", EITHER), file("counts_first.json", FIRST));
        assertThat(origin.notes()).anyMatch(note -> note.endsWith("counts_first.json: no counts of b"));
        analyze();
        assertThat(table("domain, expert, share", "expert_share", "layer = 3 AND choices = 'either'"))
                .containsExactly(
                        "a 0 0.4", "a 1 0.3", "a 2 0.2", "a 3 0.1", "b 0 0.1", "b 1 0.2", "b 2 0.3", "b 3 0.4");
        assertThat(table("domain, expert, share", "expert_share", "layer = 7 AND choices = 'first'"))
                .containsExactly("a 0 1.0", "a 1 0.0", "a 2 0.0", "a 3 0.0");
        assertThat(table("domain, expert, tokens, domain_tokens, share", "domain_specialization", "layer = 3"))
                .containsExactly(
                        "a 0 8.0 10.0 0.8",
                        "a 1 6.0 10.0 0.6",
                        "a 2 4.0 10.0 0.4",
                        "a 3 2.0 10.0 0.2",
                        "b 0 1.0 5.0 0.2",
                        "b 1 2.0 5.0 0.4",
                        "b 2 3.0 5.0 0.6",
                        "b 3 4.0 5.0 0.8");
        assertThat(table("layer, domain, max_over_mean, dead_experts", "load", "true"))
                .containsExactly("3 a 1.6 0", "3 b 1.6 0", "7 a 1.0 0", "7 b 2.0 2");
        // Layer 7: the mean of (1/4 x 4) and (0, 0, 1/2, 1/2) is (1/8, 1/8, 3/8, 3/8); its entropy minus (2 + 1) / 2.
        double expected = 2 * 0.125 * 3 + 2 * 0.375 * Math.log(8 / 3.0) / Math.log(2) - 1.5;
        assertThat(table("round(jsd_bits, 9)", "divergence", "layer = 7 AND choices = 'either' AND domain_a = ''"))
                .containsExactly(Double.toString(Math.rint(expected * 1e9) / 1e9));
        assertThat(table("count(*), count(null_mean), count(null_p95), count(p_value)", "divergence", "true"))
                .containsExactly("4 0 0 0");
        mustSayWhatIsMissing(
                "repetition",
                "coactivation",
                "layer_transition",
                "vocabulary_specialization",
                "syntax_class",
                "syntax_example",
                "router");
        ReportWriter.write(trace(), folder.resolve("out/analysis"), folder.resolve("out/report.html"));
        assertThat(Files.readString(folder.resolve("out/report.html"))).contains("Not tested");
    }

    private void mustSayWhatIsMissing(String... tables) throws IOException {
        String analysis = Files.readString(folder.resolve("out/analysis/analysis.json"));
        List<String> written;
        try (Stream<Path> files = Files.list(folder.resolve("out/analysis/tables"))) {
            written = files.map(file -> file.getFileName().toString()).toList();
        }
        for (String table : tables) {
            assertThat(analysis).contains("\"table\" : \"" + table + "\"");
            assertThat(written).doesNotContain(table + ".csv", table + ".parquet");
        }
        assertThat(analysis.split("\"table\" :", -1)).hasSize(tables.length + 1);
    }

    @Test
    void firstChoicesAloneGiveNoLoad() throws IOException {
        read(file("counts_first.json", FIRST));
        analyze();
        assertThat(table("expert, share", "expert_share", "layer = 3"))
                .containsExactly("0 0.4", "1 0.3", "2 0.2", "3 0.1");
        mustSayWhatIsMissing(
                "load",
                "domain_specialization",
                "repetition",
                "coactivation",
                "layer_transition",
                "vocabulary_specialization",
                "syntax_class",
                "syntax_example",
                "router");
    }

    @Test
    void withOneExpertATokenAllChoicesAreTheFirst() throws IOException {
        read(file("counts.json", EITHER.replace("\"experts_per_token\": 2", "\"experts_per_token\": 1")));
        analyze();
        assertThat(table("expert, share", "expert_share", "layer = 3 AND choices = 'first' AND domain = 'a'"))
                .isEqualTo(table("expert, share", "expert_share", "layer = 3 AND choices = 'either' AND domain = 'a'"))
                .hasSize(4);
    }

    private static ArrayWriter byToken() {
        ArrayWriter writer = new ArrayWriter();
        for (int layer : new int[] {3, 7}) {
            writer.add("a__" + layer + "__tokens", array(ElementType.I32, "2,", 11, 70_000));
            writer.add("a__" + layer + "__counts", array(ElementType.U32, "2, 4", 8, 6, 0, 2, 0, 0, 4, 0));
        }
        return writer;
    }

    @Test
    void countsByTokenAreKept() throws IOException {
        Path npz = byToken().npz(folder.resolve("token_expert.npz"), false);
        TraceHeader.Origin origin = read(npz, file("counts.json", EITHER));
        assertThat(rows("SELECT concat_ws(' ', domain, choice, token, expert, assignments) FROM '" + trace()
                        + "/token_counts.parquet' WHERE layer = 3 ORDER BY ALL"))
                .containsExactly("a 0 11 0 8.0", "a 0 11 1 6.0", "a 0 11 3 2.0", "a 0 70000 2 4.0");
        // Layer 3 agrees; layer 7 has (8, 6, 4, 2) of 20 where the counts have 5 each.
        assertThat(origin.notes())
                .anyMatch(note -> note.contains("up to 20.0 %"))
                .anyMatch(note -> note.contains("no counts by token of b"));
        assertThat(origin.lacks()).noneMatch(lack -> lack.startsWith("tokens"));
        assertThat(trace().resolve("routing")).doesNotExist();
        analyze();
    }

    static Stream<Arguments> wrongCounts() {
        return Stream.of(
                Arguments.of("no JSON", "expected the JSON of counts"),
                Arguments.of("[]", "experts: expected a number from 1 to 32768, found none"),
                Arguments.of(EITHER.replace("\"experts\": 4", "\"experts\": 1e9"), "experts: expected a number"),
                Arguments.of(
                        EITHER.replace("token\": 2", "token\": 5"),
                        "experts_per_token: expected a number from 1 to 4, found 5"),
                Arguments.of(EITHER.replace("[3, 7]", "[3, 3]"), "layers: expected a list of different layers"),
                Arguments.of(EITHER.replace("[3, 7]", "[3]"), "a: expected a row for each of 1 layers, found 2"),
                Arguments.of(
                        EITHER.replace("[8, 6, 4, 2]", "[8, 6, 4]"),
                        "a[0]: expected a count for each of 4 experts, found 3"),
                Arguments.of(EITHER.replace("[8,", "[-8,"), "a[0]: expected counts of 0 or more, found -8"),
                Arguments.of(EITHER.replace("[8,", "[\"8\","), "a[0]: expected counts of 0 or more, found \"8\""),
                Arguments.of(EITHER.replace("[8,", "[1e999,"), "a[0]: expected counts of 0 or more"),
                Arguments.of(EITHER.replace("[8,", "[8e20,"), "a: expected 1 to 2147483647 tokens"),
                Arguments.of(EITHER.replace("either", "some"), "choices: expected one of either, first"),
                Arguments.of(EITHER.replace("either", "third"), "choices: expected one of either, first"),
                Arguments.of(EITHER.replaceAll("\"a\".*]]", ""), "\"domains\" or \"documents\" with one at least"),
                Arguments.of(EITHER.replace("\"b\"", "\"a\""), "expected the JSON of counts"),
                Arguments.of(EITHER.replaceAll("\\[\\[8.*?]]", "[[0, 0, 0, 0], [0, 0, 0, 0]]"), "a: expected 1 to"));
    }

    private void mustFail(String message, Path... files) throws IOException {
        assertThatThrownBy(() -> read(files)).isInstanceOf(MoiraException.class).hasMessageContaining(message);
        try (Stream<Path> left = Files.list(folder.resolve("out"))) {
            assertThat(left).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("wrongCounts")
    void wrongCountsAreRefused(String json, String message) throws IOException {
        mustFail(message, file("counts.json", json));
    }

    @Test
    void filesMustFitEachOther() throws IOException {
        Path either = file("counts.json", EITHER);
        mustFail("the experts, layers and documents of", either, file("again.json", EITHER));
        mustFail("the experts, layers and documents of", either, file("other.json", FIRST.replace("[3, 7]", "[3, 8]")));
        Path npz = byToken().npz(folder.resolve("token_expert.npz"), false);
        mustFail("counts as JSON, and one npz by token at most", npz);
        mustFail("counts of all choices (either) beside those by token", npz, file("first.json", FIRST));
    }

    static Stream<Arguments> wrongTokens() {
        return Stream.of(
                Arguments.of(
                        "c__3__tokens",
                        array(ElementType.I32, "1,", 1),
                        "c__3__tokens: expected DOMAIN__LAYER__tokens"),
                Arguments.of(
                        "a__4__tokens",
                        array(ElementType.I32, "1,", 1),
                        "a__4__tokens: expected DOMAIN__LAYER__tokens"),
                Arguments.of(
                        "b__3__tokens",
                        array(ElementType.I32, "1,", 1),
                        "b__3__tokens: expected DOMAIN__LAYER__tokens and"),
                Arguments.of(
                        "a__3__tokens",
                        array(ElementType.I32, "2,", 5, 5),
                        "a__3__tokens[1]: expected ascending ids, found 5"),
                Arguments.of(
                        "a__3__tokens",
                        array(ElementType.I32, "2,", -5, 5),
                        "a__3__tokens[0]: expected ascending ids, found -5"),
                Arguments.of(
                        "a__3__tokens",
                        array(ElementType.I32, "1,", 5),
                        "expected the shape [tokens, 4] of [1], found [2, 4]"),
                Arguments.of(
                        "a__3__counts",
                        array(ElementType.I32, "2, 4", 8, 6, 0, 2, 0, 0, -4, 0),
                        "a__3__counts: expected counts of 0 or more, found -4"),
                Arguments.of(
                        "a__3__counts",
                        array(ElementType.F32, "2, 4", 8, 6, 0, 2, 0, 0, 4, 0),
                        "a__3__counts: expected whole numbers"));
    }

    @ParameterizedTest
    @MethodSource("wrongTokens")
    void wrongCountsByTokenAreRefused(String name, ArrayWriter.Array array, String message) throws IOException {
        mustFail(
                message, file("counts.json", EITHER), byToken().add(name, array).npz(folder.resolve("t.npz"), true));
    }

    @Test
    void cutFilesAreOneLine() throws IOException {
        byte[] json = Files.readAllBytes(file("counts.json", EITHER));
        for (int length = 0; length < json.length; length += 13) {
            mustFail("cut.json", Files.write(folder.resolve("cut.json"), Arrays.copyOf(json, length)));
        }
    }
}
