package moira.routing.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import moira.routing.DuckDb;
import moira.routing.Progress;
import moira.routing.analysis.Analysis;
import moira.routing.analysis.AnalysisOptions;
import moira.routing.trace.PlantedTrace;
import moira.routing.trace.TraceHeader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A trace that is written out in each format and imported again gives the tables that it gave before. */
class RoundTripTest {
    private static final AnalysisOptions QUICK = new AnalysisOptions(50, 20, 50, 3);
    private static final int K = 2;
    private static final List<Integer> LAYERS = List.of(0, 2);

    @TempDir
    private Path folder;

    /** By document, position (BOS left out), layer and choice: expert and weight. */
    private final TreeMap<Integer, double[]> routing = new TreeMap<>();

    private final List<Integer> ids = new ArrayList<>();
    private final List<String> pieces = new ArrayList<>();
    private final List<String> documents = new ArrayList<>();
    private int tokens;

    @BeforeEach
    void plant() throws IOException {
        PlantedTrace planted = PlantedTrace.SMALL;
        planted.write(
                folder.resolve("trace"),
                (random, layer, domain, token, previous) -> planted.first(random, token * (domain + 1) + layer));
        analyze("trace");
        readBack(planted.tokens());
        Files.write(folder.resolve("documents.jsonl"), documents);
    }

    private void readBack(int length) {
        try (DuckDb database = DuckDb.inMemory()) {
            String trace = folder.resolve("trace").toString();
            database.query("SELECT * FROM '" + trace + "/documents.parquet' ORDER BY document", row -> {
                documents.add("{\"document\": " + row.getInt("document") + ", \"domain\": \"" + row.getString("domain")
                        + "\", \"source\": \"" + row.getString("source") + "\", \"tokens\": " + length + "}");
                tokens += length;
            });
            database.query(
                    "SELECT * FROM '" + trace + "/tokens.parquet' WHERE NOT special ORDER BY document, position",
                    row -> {
                        ids.add(row.getInt("token"));
                        pieces.add(row.getString("piece"));
                    });
            database.query("SELECT * FROM '" + trace + "/routing/*.parquet' WHERE position > 0", row -> {
                int token = row.getInt("document") * length + row.getInt("position") - 1;
                int at = (token * 2 + LAYERS.indexOf(row.getInt("layer"))) * K + row.getInt("choice") - 1;
                routing.put(at, new double[] {row.getInt("expert"), row.getFloat("weight")});
            });
        }
        assertThat(routing).hasSize(tokens * LAYERS.size() * K);
    }

    private void analyze(String trace) {
        Analysis.run(folder.resolve(trace), folder.resolve(trace + "-out"), QUICK);
    }

    private TraceHeader.Origin imported(String format, Path file) {
        ImportOptions options = new ImportOptions(
                folder.resolve("documents.jsonl"),
                null,
                4,
                0,
                null,
                "prefill",
                3,
                0,
                false,
                ImportOptions.Fields.DEFAULTS);
        return Importer.run(format, List.of(file), options, folder.resolve("again"), Progress.NONE);
    }

    private void mustGiveTheSameTables() throws IOException {
        analyze("again");
        List<Path> tables;
        try (Stream<Path> files = Files.list(folder.resolve("again-out/tables"))) {
            tables = files.filter(file -> file.toString().endsWith(".csv")).toList();
        }
        assertThat(tables).hasSize(11);
        for (Path table : tables) {
            assertThat(table)
                    .hasSameTextualContentAs(folder.resolve("trace-out/tables").resolve(table.getFileName()));
        }
        assertThat(Files.readString(folder.resolve("again-out/analysis.json")))
                .contains("\"table\" : \"router\"")
                .doesNotContain("\"table\" : \"repetition\"");
    }

    private ArrayWriter arrays(ElementType experts, ElementType weights) {
        double[] numbers = routing.values().stream().mapToDouble(v -> v[0]).toArray();
        double[] factors = routing.values().stream().mapToDouble(v -> v[1]).toArray();
        double[] tokenIds = ids.stream().mapToDouble(Integer::doubleValue).toArray();
        return new ArrayWriter()
                .add("experts", ArrayWriter.array(experts, tokens + ", 2, 2", numbers))
                .add("weights", ArrayWriter.array(weights, tokens + ", 2, 2", factors))
                .add("tokens", ArrayWriter.array(ElementType.I32, tokens + ",", tokenIds))
                .add("layers", ArrayWriter.array(ElementType.I64, "2,", 0, 2));
    }

    /** The same text for the same id, as the tables show it. */
    private void addPieces(int length) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int document = 0; document < documents.size(); document++) {
            List<String> quoted = pieces.subList(document * length, (document + 1) * length).stream()
                    .map(RoundTripTest::quoted)
                    .toList();
            lines.add(documents.get(document).replace("}", ", \"pieces\": " + quoted + "}"));
        }
        Files.write(folder.resolve("documents.jsonl"), lines);
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars().forEach(c -> json.append(String.format(Locale.ROOT, "\\u%04x", c)));
        return json.append('"').toString();
    }

    @ParameterizedTest
    @CsvSource({
        "U8, F32, false",
        "I8, F64, true",
        "U16, F32, true",
        "I16, F16, false",
        "I32, F64, false",
        "I64, F32, true",
        "U64, F32, true",
        "U32, F32, true"
    })
    void npzOfEveryTypeStoredAndDeflated(ElementType experts, ElementType weights, boolean stored) throws IOException {
        addPieces(PlantedTrace.SMALL.tokens());
        TraceHeader.Origin origin =
                imported("npz", arrays(experts, weights).npz(folder.resolve("routing.npz"), stored));
        assertThat(origin.lacks()).hasSize(1).first().asString().startsWith("router probabilities");
        mustGiveTheSameTables();
    }

    @Test
    void safetensors() throws IOException {
        addPieces(PlantedTrace.SMALL.tokens());
        imported("safetensors", arrays(ElementType.U8, ElementType.BF16).safetensors(folder.resolve("r.safetensors")));
        mustGiveTheSameTables();
    }

    @Test
    void rowsInAnyOrder() throws IOException {
        List<String> rows = new ArrayList<>();
        int length = PlantedTrace.SMALL.tokens();
        for (int token = 0; token < tokens; token++) {
            for (int layer = 0; layer < 2; layer++) {
                double[] first = routing.get((token * 2 + layer) * K);
                double[] second = routing.get((token * 2 + layer) * K + 1);
                rows.add(String.format(
                        Locale.ROOT,
                        "{\"document\": %d, \"position\": %d, \"layer\": %d, \"experts\": [%.0f, %.0f], "
                                + "\"weights\": [%s, %s], \"token\": %d, \"piece\": %s}",
                        token / length,
                        token % length,
                        LAYERS.get(layer),
                        first[0],
                        second[0],
                        first[1],
                        second[1],
                        ids.get(token),
                        quoted(pieces.get(token))));
            }
        }
        Collections.shuffle(rows, new Random(5));
        TraceHeader.Origin origin = imported("jsonl", Files.write(folder.resolve("rows.jsonl"), rows));
        assertThat(origin.dropped()).isZero();
        mustGiveTheSameTables();
        mustHaveTheSameWeights();
    }

    private void mustHaveTheSameWeights() {
        Map<Integer, Double> weights = new TreeMap<>();
        try (DuckDb database = DuckDb.inMemory()) {
            database.query("SELECT * FROM '" + folder + "/again/routing/*.parquet'", row -> {
                int token = row.getInt("document") * PlantedTrace.SMALL.tokens() + row.getInt("position");
                int at = (token * 2 + LAYERS.indexOf(row.getInt("layer"))) * K + row.getInt("choice") - 1;
                weights.put(at, row.getDouble("weight"));
            });
        }
        assertThat(weights).hasSameSizeAs(routing);
        weights.forEach((at, weight) -> assertThat(weight).isEqualTo(routing.get(at)[1]));
    }
}
