package moira.routing.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.routing.verdict.VerdictWriter;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import tools.jackson.databind.json.JsonMapper;

/** Writes a trace and its analysis as the rest of the module does, but by plain SQL of its own ({@code fixture.sql}). */
final class Fixture {
    private static final List<String> TABLES = List.of(
            "expert_share",
            "repetition",
            "domain_specialization",
            "vocabulary_specialization",
            "coactivation",
            "layer_transition",
            "divergence",
            "load",
            "router",
            "information",
            "syntax_class",
            "syntax_example");

    private final Path root;
    private final List<FixtureDocument> documents;
    private final int experts;

    private Fixture(Path root, List<FixtureDocument> documents, int experts) {
        this.root = root;
        this.documents = documents;
        this.experts = experts;
    }

    /** Writes {@code root/trace} and {@code root/analysis}. */
    static void write(Path root, List<FixtureDocument> documents, int experts) {
        try {
            new Fixture(root, documents, experts).write();
        } catch (IOException | SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void write() throws IOException, SQLException {
        Path trace = Files.createDirectories(root.resolve("trace"));
        Files.createDirectories(trace.resolve("routing"));
        Path tables = Files.createDirectories(root.resolve("analysis/tables"));
        try (DuckDBConnection connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:")) {
            fill(connection);
            copy(connection, "documents", trace.resolve("documents.parquet"));
            copy(connection, "tokens", trace.resolve("tokens.parquet"));
            copy(connection, "routing", trace.resolve("routing/part-00000.parquet"));
            for (String name : TABLES) {
                copy(connection, name, tables.resolve(name + ".parquet"));
            }
        }
        write(root.resolve("analysis/analysis.json"), analysis());
        VerdictWriter.write(trace, root.resolve("analysis"));
    }

    private void fill(DuckDBConnection connection) throws SQLException, IOException {
        execute(connection, """
                CREATE TABLE documents (document INT, domain VARCHAR, source VARCHAR, window_ INT, tokens INT);
                CREATE TABLE tokens (document INT, position INT, token INT, piece VARCHAR, special BOOLEAN);
                CREATE TABLE routing (document INT, position INT, layer SMALLINT, choice TINYINT, expert SMALLINT, weight FLOAT);
                SET VARIABLE experts = %s; SET VARIABLE k = %s;
                """.formatted(experts, k()));
        try (DuckDBAppender rows = connection.createAppender("documents");
                DuckDBAppender tokens = connection.createAppender("tokens");
                DuckDBAppender routing = connection.createAppender("routing")) {
            for (int d = 0; d < documents.size(); d++) {
                append(d, rows, tokens, routing);
            }
        }
        execute(connection, """
                ALTER TABLE documents RENAME window_ TO "window";
                CREATE TABLE router_decisions AS SELECT document, position, layer, 2.0 + position % 7 / 20 AS entropy,
                  max(weight) - min(weight) AS margin FROM routing GROUP BY document, position, layer;
                """);
        try (var sql = Fixture.class.getResourceAsStream("fixture.sql")) {
            execute(connection, new String(sql.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private void append(int d, DuckDBAppender rows, DuckDBAppender tokens, DuckDBAppender routing) throws SQLException {
        FixtureDocument document = documents.get(d);
        int n = document.tokens().size();
        rows.beginRow()
                .append(d)
                .append(document.domain())
                .append("text-" + d)
                .append(0)
                .append(n)
                .endRow();
        for (int p = 0; p < n; p++) {
            boolean special = document.pieces().get(p).equals("<s>");
            tokens.beginRow().append(d).append(p).append(document.tokens().get(p));
            tokens.append(document.pieces().get(p)).append(special).endRow();
            int[][] layers = document.experts()[p];
            for (int layer = 0; layer < layers.length; layer++) {
                for (int choice = 0; choice < layers[layer].length; choice++) {
                    routing.beginRow().append(d).append(p).append((short) layer).append((byte) (choice + 1));
                    routing.append((short) layers[layer][choice])
                            .append(document.weights()[p][layer][choice])
                            .endRow();
                }
            }
        }
    }

    private Map<String, Object> analysis() {
        Map<String, Object> analysis = new LinkedHashMap<>();
        int layers = documents.getFirst().experts()[0].length;
        List<Integer> all = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            all.add(layer);
        }
        analysis.put("model", "fixture <model>");
        analysis.put("architecture", "mixtral");
        analysis.put("fingerprint", "0123456789abcdef");
        analysis.put("corpus", List.of("fixture.jsonl"));
        analysis.put("experts", experts);
        analysis.put("experts_per_token", k());
        analysis.put("layers", all);
        analysis.put("model_layers", layers);
        analysis.put("complete", true);
        analysis.put("arithmetic", "float");
        analysis.put("weight", "renormalised");
        analysis.put("phase", "prefill");
        analysis.put("domains", domains());
        analysis.put("bootstrap", 1000);
        analysis.put("permutations", 59);
        analysis.put("seed", 1);
        analysis.put("repeated_documents", 0);
        analysis.put("shared_prefixes", 0);
        analysis.put("skipped_lines", 0);
        analysis.put("near_ties", 0.0012);
        analysis.put("missing", List.of(Map.of("table", "nothing", "reason", "it was <i>not</i> recorded")));
        analysis.put("moira_version", "test");
        return analysis;
    }

    private List<Map<String, Object>> domains() {
        Map<String, int[]> counts = new LinkedHashMap<>();
        for (FixtureDocument document : documents) {
            int[] count = counts.computeIfAbsent(document.domain(), name -> new int[2]);
            count[0]++;
            count[1] += document.tokens().size();
        }
        List<Map<String, Object>> domains = new ArrayList<>();
        counts.forEach((name, count) ->
                domains.add(Map.of("domain", name, "documents", count[0], "sources", count[0], "tokens", count[1])));
        return domains;
    }

    private int k() {
        return documents.getFirst().experts()[0][0].length;
    }

    private static void copy(Connection connection, String table, Path file) throws SQLException {
        execute(connection, "COPY \"%s\" TO '%s' (FORMAT parquet)".formatted(table, file));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void write(Path file, Object json) throws IOException {
        Files.writeString(file, JsonMapper.shared().writeValueAsString(json));
    }
}
