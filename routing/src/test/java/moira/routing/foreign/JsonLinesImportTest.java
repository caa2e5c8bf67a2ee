package moira.routing.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import moira.engine.MoiraException;
import moira.routing.DuckDb;
import moira.routing.Progress;
import moira.routing.analysis.Analysis;
import moira.routing.analysis.AnalysisOptions;
import moira.routing.trace.TraceHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows of JSON, right and wrong, and what a router said of all its experts. */
class JsonLinesImportTest {
    private static final String ROW = "{\"document\": 0, \"position\": 0, \"layer\": 0, \"experts\": [1, 0]}";

    @TempDir
    private Path folder;

    private static ImportOptions options(Path documents, int k, String weight, ImportOptions.Fields fields) {
        return new ImportOptions(documents, null, 0, k, weight, "prefill", 0, 0, true, fields);
    }

    private TraceHeader.Origin read(ImportOptions options, String... rows) throws IOException {
        Path file = Files.write(folder.resolve("rows.jsonl"), List.of(rows));
        return Importer.run("jsonl", List.of(file), options, folder.resolve("out/trace"), Progress.NONE);
    }

    private List<String> rows(String columns, String files) {
        List<String> rows = new ArrayList<>();
        try (DuckDb database = DuckDb.inMemory()) {
            database.query(
                    "SELECT concat_ws(' ', " + columns + ") FROM '" + folder.resolve("out/trace") + "/" + files
                            + "' ORDER BY ALL",
                    row -> rows.add(row.getString(1)));
        }
        return rows;
    }

    static Stream<Arguments> wrongRows() {
        return Stream.of(
                Arguments.of("", "rows.jsonl: expected a row a token and layer, found none"),
                Arguments.of("7", "rows.jsonl:1: expected \"experts\" with 1 to 127 ids, found none"),
                Arguments.of(ROW + "\nno JSON", "rows.jsonl:2: expected a JSON object"),
                Arguments.of(
                        ROW + "\n" + ROW, "rows.jsonl:2: expected one row for a token in a layer, found another in"),
                Arguments.of(
                        ROW.replace("[1, 0]", "[1, 1]"), "rows.jsonl:1: expected 2 different experts, found [1, 1]"),
                Arguments.of(
                        ROW.replace("[1, 0]", "[1, -1]"), "rows.jsonl:1: expected experts from 0 to 32767, found -1"),
                Arguments.of(ROW.replace("[1, 0]", "[1, 0.5]"), "experts: expected whole numbers, found 0.5"),
                Arguments.of(ROW.replace("[1, 0]", "[1, \"0\"]"), "experts: expected numbers, found \"0\""),
                Arguments.of(
                        ROW + "\n" + ROW.replace("[1, 0]", "[1]").replace("layer\": 0", "layer\": 1"),
                        "rows.jsonl:2, experts: expected 2 numbers as in the first row, found 1"),
                Arguments.of(ROW.replace("\"position\": 0", "\"position\": -1"), "expected \"position\" from 0"),
                Arguments.of(
                        ROW.replace("\"position\": 0", "\"place\": 0"),
                        "expected \"position\" from 0 to 2147483646, found none"),
                Arguments.of(
                        ROW.replace("\"layer\": 0", "\"layer\": 40000"),
                        "expected \"layer\" from 0 to 32767, found 40000"),
                Arguments.of(
                        ROW.replace("\"document\": 0", "\"document\": [0]"),
                        "expected \"document\", a number or a string, found [0]"),
                Arguments.of(ROW.replace("}", ", \"weights\": [0.5]}"), "weights: expected 2 numbers"),
                Arguments.of(ROW.replace("}", ", \"weights\": [0.5, NaN]}"), "expected a JSON object"),
                Arguments.of(
                        ROW.replace("}", ", \"weights\": [0.5, -1]}"), "expected weights of 0 or more, found -1.0"),
                Arguments.of(
                        ROW.replace("}", ", \"weights\": [0.5, 1e99]}"),
                        "expected weights of 0 or more, found Infinity"),
                Arguments.of(
                        ROW + "\n" + ROW.replace("}", ", \"weights\": [0.5, 0.5]}"),
                        "rows.jsonl:2: expected \"weights\" in every row or in none"),
                Arguments.of(ROW.replace("}", ", \"token\": -4}"), "expected \"token\" from 0"),
                Arguments.of(ROW.replace("}", ", \"piece\": 4}"), "expected \"piece\" to be a string"),
                Arguments.of(
                        ROW.replace("}", ", \"token\": 4}") + "\n" + ROW.replace("0,", "1,"),
                        "rows.jsonl:2: expected a token for every token or for none"),
                Arguments.of(
                        ROW.replace("}", ", \"token\": 4}") + "\n"
                                + ROW.replace("}", ", \"token\": 5}").replace("layer\": 0", "layer\": 1"),
                        "expected one id and one piece for a token in all layers"),
                Arguments.of(
                        ROW.replace("}", ", \"domain\": \"a\"}") + "\n"
                                + ROW.replace("}", ", \"domain\": \"b\"}").replace("layer\": 0", "layer\": 1"),
                        "rows.jsonl:2: expected the domain a, found b"),
                Arguments.of("{\"logits\": [0.5, 0.5]}", "--experts-per-token from 1 to the 2 values, found 0"));
    }

    @ParameterizedTest
    @MethodSource("wrongRows")
    void wrongRowsAreOneLineAndLeaveNothing(String rows, String message) throws IOException {
        ImportOptions options = options(null, 0, null, ImportOptions.Fields.DEFAULTS);
        assertThatThrownBy(() -> read(options, rows.split("\n")))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining(message);
        try (Stream<Path> left = Files.list(folder.resolve("out"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void decisionsThatAreMissingAreCountedAndAbsent() throws IOException {
        List<String> rows = new ArrayList<>();
        for (int token = 0; token < 60; token++) {
            for (int layer = 0; layer < 2; layer++) {
                if (token % 10 != 3 || layer == 0) {
                    rows.add("{\"document\": \"d" + token / 30 + "\", \"position\": " + token % 30 + ", \"layer\": "
                            + layer + ", \"experts\": [" + token % 3 + ", 3]}");
                }
            }
        }
        TraceHeader.Origin origin =
                read(options(null, 0, null, ImportOptions.Fields.DEFAULTS), rows.toArray(String[]::new));
        assertThat(origin.dropped()).isEqualTo(6);
        Path out = folder.resolve("out/analysis");
        Analysis.run(folder.resolve("out/trace"), out, new AnalysisOptions(20, 10, 20, 1));
        assertThat(Files.readString(out.resolve("analysis.json"))).contains("\"dropped\" : 6");
        List<String> pairs = new ArrayList<>();
        try (DuckDb database = DuckDb.inMemory()) {
            database.query(
                    "SELECT layer, pairs, \"any\" FROM '" + out + "/tables/repetition.parquet' ORDER BY layer",
                    row -> pairs.add(row.getInt(1) + " " + row.getInt(2) + " " + row.getInt(3)));
        }
        // Two documents of 29 pairs; a token that is missing takes two, and there are three in each document.
        assertThat(pairs).containsExactly("0 58 1", "1 46 1");
    }

    @Test
    void fieldsHaveTheNamesThatTheyAreGiven() throws IOException {
        ImportOptions.Fields fields = new ImportOptions.Fields(
                "request", "pos", "block", "ids", "gates", "tok", "text", "topic", "all", null);
        read(
                options(null, 0, "softmax", fields),
                "{\"request\": \"r\", \"pos\": 0, \"block\": 3, \"ids\": [2, 5], \"gates\": [0.2, 0.4], \"tok\": 9, "
                        + "\"text\": \"x\", \"topic\": \"law\"}");
        assertThat(rows("document, position, layer, choice, expert, weight", "routing/*.parquet"))
                .containsExactly("0 0 3 1 5 0.4", "0 0 3 2 2 0.2");
        assertThat(rows("document, position, token, piece, special", "tokens.parquet"))
                .containsExactly("0 0 9 x false");
        assertThat(rows("document, domain, source, tokens", "documents.parquet"))
                .containsExactly("0 law r 1");
        assertThat(Files.readString(folder.resolve("out/trace/trace.json")))
                .contains("\"weight\" : \"softmax\"", "\"model_layers\" : 4", "\"experts\" : 6", "were sorted");
    }

    @Test
    void compressedFilesAreReadAndDamagedOnesNamed() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(ROW.getBytes(StandardCharsets.UTF_8));
        }
        Path file = Files.write(folder.resolve("rows.jsonl.gz"), bytes.toByteArray());
        ImportOptions options = options(null, 0, null, ImportOptions.Fields.DEFAULTS);
        Path out = folder.resolve("out/trace");
        Importer.run("jsonl", List.of(file), options, out, Progress.NONE);
        assertThat(out.resolve("trace.json")).exists();
        Files.write(file, Arrays.copyOf(bytes.toByteArray(), bytes.size() - 12));
        assertThatThrownBy(() -> Importer.run("jsonl", List.of(file), options, out, Progress.NONE))
                .hasMessageContaining("rows.jsonl.gz:1: expected readable data");
    }

    @Test
    void documentsAreFoundByTheirName() throws IOException {
        Path documents = Files.writeString(
                folder.resolve("documents.jsonl"),
                "{\"document\": \"x\", \"domain\": \"a\", \"tokens\": 2, \"pieces\": [\"one\", \"two\"]}\n"
                        + "{\"document\": \"y\", \"domain\": \"b\", \"tokens\": 1, \"pieces\": [\"one\"]}\n");
        ImportOptions options = options(documents, 0, null, ImportOptions.Fields.DEFAULTS);
        TraceHeader.Origin origin = read(options, ROW.replace("\"document\": 0", "\"document\": \"y\""));
        assertThat(origin.dropped()).isEqualTo(2);
        assertThat(rows("document, domain, tokens", "documents.parquet")).containsExactly("0 a 2", "1 b 1");
        assertThat(rows("document, position, token, piece", "tokens.parquet"))
                .containsExactly("0 0 0 one", "0 1 1 two", "1 0 0 one");
        assertThatThrownBy(() -> read(options, ROW)).hasMessageContaining("expected a document that");
        assertThatThrownBy(() -> read(
                        options,
                        ROW.replace("\"document\": 0", "\"document\": \"y\"").replace("n\": 0", "n\": 1")))
                .hasMessageContaining("rows.jsonl:1: expected a position of a document of 1 tokens, found 1");
    }

    private static String logits(int position, double... values) {
        StringBuilder list = new StringBuilder();
        for (double value : values) {
            list.append(list.isEmpty() ? "" : ", ").append(value);
        }
        return "{\"document\": 0, \"position\": " + position + ", \"layer\": 0, \"logits\": [" + list + "]}";
    }

    /** Natural logarithms of 1/2, 1/4, 1/8, 1/8, and a constant that a softmax does not see. */
    private static final double[] RAW = {Math.log(0.125) + 3, Math.log(0.5) + 3, Math.log(0.125) + 3, Math.log(0.25) + 3
    };

    private static final double[] SOFTMAX = {0.125, 0.5, 0.125, 0.25};

    @Test
    void logitsAndProbabilitiesGiveTheSameDecisions() throws IOException {
        ImportOptions options = options(null, 3, "softmax", ImportOptions.Fields.DEFAULTS);
        TraceHeader.Origin raw = read(options, logits(0, RAW));
        assertThat(raw.notes()).contains("logits: taken for raw");
        // The tie of the experts 0 and 2 goes to the lower one, and the margin between them is none.
        assertThat(rows("choice, expert, round(weight, 6)", "routing/*.parquet"))
                .containsExactly("1 1 0.5", "2 3 0.25", "3 0 0.125");
        assertThat(rows("round(entropy, 5), round(margin, 6)", "router/*.parquet"))
                .containsExactly("1.75 0.0");
        TraceHeader.Origin softmax = read(options, logits(0, SOFTMAX));
        assertThat(softmax.notes()).contains("logits: taken for probabilities (softmax)");
        assertThat(rows("choice, expert, round(weight, 6)", "routing/*.parquet"))
                .containsExactly("1 1 0.5", "2 3 0.25", "3 0 0.125");
        assertThat(rows("round(entropy, 5), round(margin, 6)", "router/*.parquet"))
                .containsExactly("1.75 0.0");
    }

    @Test
    void weightsAreRenormalisedUnlessToldOtherwise() throws IOException {
        read(options(null, 2, null, ImportOptions.Fields.DEFAULTS), logits(0, SOFTMAX));
        assertThat(rows("choice, expert, round(weight, 6)", "routing/*.parquet"))
                .containsExactly("1 1 0.666667", "2 3 0.333333");
        assertThat(rows("round(margin, 6)", "router/*.parquet")).containsExactly("0.125");
    }

    @Test
    void whatMayBeEitherIsNotGuessed() throws IOException {
        ImportOptions options = options(null, 2, null, ImportOptions.Fields.DEFAULTS);
        double[] almost = {0.125, 0.5, 0.125, 0.3};
        assertThatThrownBy(() -> read(options, logits(0, almost))).hasMessageContaining("which may be either");
        assertThatThrownBy(() -> read(options, logits(0, SOFTMAX), logits(1, RAW)))
                .hasMessageContaining("rows.jsonl:2, logits: expected probabilities as in the rows before");
        ImportOptions.Fields d = ImportOptions.Fields.DEFAULTS;
        ImportOptions.Fields told = new ImportOptions.Fields(
                d.document(),
                d.position(),
                d.layer(),
                d.experts(),
                d.weights(),
                d.token(),
                d.piece(),
                d.domain(),
                d.logits(),
                "raw");
        read(options(null, 1, "softmax", told), logits(0, almost));
        double sum = 0;
        for (double value : almost) {
            sum += Math.exp(value);
        }
        double weight = Double.parseDouble(rows("weight", "routing/*.parquet").getFirst());
        assertThat(weight).isCloseTo(Math.exp(0.5) / sum, within(1e-6));
    }
}
