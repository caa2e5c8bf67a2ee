package moira.routing.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import moira.engine.MoiraException;
import moira.engine.Shared;
import moira.routing.DuckDb;
import moira.routing.Progress;
import moira.routing.trace.Trace;
import moira.routing.trace.TraceHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that people brought, as public reports have them. */
class ReportedRoutingTest {
    @TempDir
    private Path folder;

    private static ImportOptions options(int k, ImportOptions.Fields fields) {
        return new ImportOptions(null, null, 0, k, null, "prefill", 0, 0, true, fields);
    }

    private static ImportOptions.Fields fields(String document, String position, String experts, String weights) {
        ImportOptions.Fields d = ImportOptions.Fields.DEFAULTS;
        return new ImportOptions.Fields(
                document, position, d.layer(), experts, weights, d.token(), d.piece(), d.domain(), d.logits(), null);
    }

    private TraceHeader read(String format, ImportOptions options, Path file) {
        Importer.run(format, List.of(file), options, folder.resolve("trace"), Progress.NONE);
        return Trace.open(folder.resolve("trace")).header();
    }

    private static Path reported(String name) {
        return Shared.path("cases/routing/" + name);
    }

    private List<String> rows(String sql) {
        List<String> rows = new ArrayList<>();
        try (DuckDb database = DuckDb.inMemory()) {
            database.query(sql.replace("TRACE", folder.resolve("trace").toString()), row -> rows.add(row.getString(1)));
        }
        return rows;
    }

    @Test
    void answersOfVllm() {
        TraceHeader header =
                read("responses", options(0, ImportOptions.Fields.DEFAULTS), reported("vllm/responses.jsonl"));
        assertThat(header.phase()).isEqualTo("mixed");
        assertThat(header.model().name()).isEqualTo("Qwen/Qwen3-30B-A3B");
        assertThat(rows("SELECT COUNT(*) FROM 'TRACE/routing/*.parquet'")).containsExactly(12 * 99 * 4 * 4 + "");
        assertThat(rows("SELECT string_agg(experts, ',' ORDER BY choice) FROM (SELECT choice, expert AS experts FROM "
                        + "'TRACE/routing/*.parquet' WHERE document = 0 AND position = 0 AND layer = 0)"))
                .containsExactly("3,8,11,15");
        assertThat(
                        rows(
                                "SELECT token FROM 'TRACE/tokens.parquet' WHERE document = 0 AND position IN (0, 40) ORDER BY position"))
                .containsExactly("14", "6");
        assertThat(rows("SELECT DISTINCT concat(phase, ' ', answer) FROM 'TRACE/documents.parquet'"))
                .containsExactly("decode 40");
    }

    /** The prompt's ids are not there, so that the answer alone is left; its first token is its own. */
    @Test
    void answersOfVllm021() {
        TraceHeader header =
                read("responses", options(0, ImportOptions.Fields.DEFAULTS), reported("vllm/responses_v021.json"));
        assertThat(header.origin().lacks()).anyMatch(lack -> lack.startsWith("prompts: their routing stands apart"));
        assertThat(rows("SELECT token FROM 'TRACE/tokens.parquet' ORDER BY position LIMIT 3"))
                .containsExactly("6", "30", "46");
        assertThat(rows("SELECT COUNT(*) FROM 'TRACE/routing/*.parquet'")).containsExactly(60 * 4 * 4 + "");
    }

    @Test
    void loggersOfLlamaCpp() throws IOException {
        String first = "SELECT string_agg(expert, ' ' ORDER BY choice) FROM 'TRACE/routing/*.parquet' "
                + "WHERE layer = 0 AND position = 0";
        read("csv", options(0, ImportOptions.Fields.DEFAULTS), reported("llama.cpp/selection.log"));
        assertThat(rows(first)).containsExactly("49 19 58 29 16 70");
        Path cut = reported("llama.cpp/moe_trace.csv");
        assertThatThrownBy(() -> read("csv", options(6, ImportOptions.Fields.DEFAULTS), cut))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("row 397, experts: expected 6 numbers as in the first row, found 3");
        Path whole = folder.resolve("moe_trace.csv");
        Files.write(whole, Files.readAllLines(cut).subList(0, 397));
        read("csv", options(6, ImportOptions.Fields.DEFAULTS), whole);
        assertThat(rows(first)).containsExactly("49 19 58 29 16 70");
    }

    @Test
    void countsOfSglangByRank() {
        TraceHeader header = read(
                "csv", options(8, ImportOptions.Fields.DEFAULTS), reported("sglang/expert_distribution_rank0.csv"));
        assertThat(header.corpus().domains().getFirst().domain()).isEqualTo("expert_distribution_rank0");
        assertThat(rows("SELECT assignments FROM 'TRACE/counts.parquet' WHERE layer = 3 AND expert = 2"))
                .containsExactly("1155.0");
    }

    @Test
    void aLoggersFirstLineAndKeysOfTwoFields() throws IOException {
        TraceHeader header = read(
                "jsonl",
                options(0, fields("req_id", "token_idx", "topk_ids", "topk_weights")),
                unzipped("logger-with-meta-line.jsonl"));
        assertThat(header.model().name()).isEqualTo("allenai/OLMoE-1B-7B-0924");
        ImportOptions two = options(0, fields("dataset,problem_id", "token_pos", "experts", "gating_probs"));
        read("jsonl", two, unzipped("two-datasets-one-problem-id.jsonl"));
        assertThat(rows("SELECT source FROM 'TRACE/documents.parquet' ORDER BY document LIMIT 1"))
                .containsExactly("humaneval / 0");
    }

    @ParameterizedTest
    @CsvSource({
        "topk-scores-as-logits.jsonl, jsonl, zeros beside scores of the chosen",
        "topk-scores-wide.csv, csv, 'scores, a column an expert'",
        "shapes/wide.jsonl, jsonl, a field an expert",
        "shapes/tokenrow.jsonl, jsonl, 'found a list for each layer'",
        "shapes/long.jsonl, jsonl, a row a choice",
        "shapes/tokentext.jsonl, jsonl, --field-piece token",
        "shapes/layersfirst.npz, npz, looks like layers first",
        "shapes/vark.jsonl, jsonl, expected 1 numbers as in the first row",
        "shapes/dropped.jsonl, jsonl, 'expected experts from 0'",
        "shapes/inf.jsonl, jsonl, expected a JSON object",
        "shapes/nan.jsonl, jsonl, expected a JSON object",
        "shapes/fortran.npz, npz, Fortran order",
        "shapes/floatids.npz, npz, whole numbers",
        "shapes/batch.npz, npz, 'a shape [tokens, layers, k]'",
        "shapes/twod.npz, npz, 'a shape [tokens, layers, k]'",
        "shapes/names.npz, npz, an array experts"
    })
    void whatIsNoRoutingIsRefusedInWords(String file, String format, String message) {
        ImportOptions.Fields fields = format.equals("csv")
                ? fields("document", "token_id", "experts", "weights")
                : ImportOptions.Fields.DEFAULTS;
        Path path = reported(file);
        assertThatThrownBy(() -> read(format, options(8, fields), path))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith(path.toString())
                .hasMessageContaining(message)
                .hasMessageNotContaining("java");
    }

    @Test
    void arraysOfJsonAreRows() {
        read("jsonl", options(0, ImportOptions.Fields.DEFAULTS), reported("shapes/array.json"));
        List<String> plain = rows(
                "SELECT concat_ws(' ', position, layer, choice, expert) FROM 'TRACE/routing/*.parquet' ORDER BY ALL");
        read("jsonl", options(0, ImportOptions.Fields.DEFAULTS), reported("shapes/array_indent.json"));
        assertThat(
                        rows(
                                "SELECT concat_ws(' ', position, layer, choice, expert) FROM 'TRACE/routing/*.parquet' ORDER BY ALL"))
                .isEqualTo(plain)
                .isNotEmpty();
    }

    @Test
    void theRouteTracesOfBigMoeOnEdge() throws IOException {
        Path file = folder.resolve("gptoss.route.csv");
        try (var in = new GZIPInputStream(
                Files.newInputStream(Shared.path("routing-data/bigmoe-on-edge/gptoss.route.csv.gz")))) {
            Files.copy(in, file);
        }
        TraceHeader header = read("route-trace", options(0, ImportOptions.Fields.DEFAULTS), file);
        assertThat(header.mixture().expertBytes()).hasSize(36).containsEntry(3, 13_219_200L);
        assertThat(header.model().name()).isEqualTo("gpt-oss-120b-Q4_K_M");
        assertThat(List.of(header.experts(), header.modelLayers(), header.expertsPerToken()))
                .containsExactly(128, 36, 2);
        assertThat(rows("SELECT COUNT(*) FROM 'TRACE/routing/*.parquet'")).containsExactly("10560");
        assertThat(rows("SELECT COUNT(*) > 0 FROM 'TRACE/documents.parquet' WHERE phase = 'decode' AND answer > 0"))
                .containsExactly("true");
    }

    private static final String DECISIONS =
            "SELECT concat_ws(' ', document, position, layer, choice, expert) FROM 'TRACE/routing/*.parquet' ORDER BY ALL";

    private List<String> decisions(String format, ImportOptions options, String name) {
        read(format, options, reported(name));
        return rows(DECISIONS);
    }

    @Test
    void layersByNameAndNumbersWithAPointAreRead() {
        ImportOptions plain = options(0, ImportOptions.Fields.DEFAULTS);
        List<String> rows = decisions("jsonl", plain, "shapes/array.json");
        assertThat(decisions("jsonl", plain, "shapes/layername.jsonl")).isEqualTo(rows);
        assertThat(decisions("jsonl", plain, "shapes/floats.jsonl")).isEqualTo(rows);
        assertThat(decisions(
                        "jsonl", options(0, fields("document", "position", "experts", "weights")), "shapes/one.jsonl"))
                .hasSameSizeAs(rows);
    }

    /** Experts of -1 are decisions that the server found in its cache: they are absent, and counted. */
    @Test
    void cachedTokensOfVllm() {
        ImportOptions listed = new ImportOptions(
                reported("vllm/vllm-cached.jsonl"), null, 0, 0, null, null, 0, 0, true, ImportOptions.Fields.DEFAULTS);
        TraceHeader header = read("npz", listed, reported("vllm/vllm-cached.npz"));
        assertThat(header.origin().dropped()).isEqualTo(12 * 16 * 4);
        assertThat(header.phase()).isNull();
        assertThat(rows("SELECT COUNT(*) FROM 'TRACE/routing/*.parquet'")).containsExactly(12 * 83 * 4 * 4 + "");
        assertThat(rows("SELECT MIN(position) FROM 'TRACE/routing/*.parquet' GROUP BY document"))
                .containsOnly("16")
                .hasSize(12);
        String kept = "SELECT concat_ws(' ', document, position, layer, choice, expert) FROM 'TRACE/routing/*.parquet' "
                + "WHERE position >= 16 ORDER BY ALL";
        List<String> cached = rows(kept);
        read("responses", options(0, ImportOptions.Fields.DEFAULTS), reported("vllm/responses.jsonl"));
        assertThat(rows(kept)).isEqualTo(cached);
    }

    private Path unzipped(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.deleteIfExists(file);
        try (var in = new GZIPInputStream(Files.newInputStream(reported(name + ".gz")))) {
            Files.copy(in, file);
        }
        return file;
    }
}
