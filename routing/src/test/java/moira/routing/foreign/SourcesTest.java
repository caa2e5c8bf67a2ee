package moira.routing.foreign;

import static moira.routing.foreign.ArrayWriter.array;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import moira.engine.MoiraException;
import moira.engine.checkpoint.GgufOutput;
import moira.engine.tensor.TensorFormat;
import moira.routing.DuckDb;
import moira.routing.Progress;
import moira.routing.trace.Trace;
import moira.routing.trace.TraceHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same decisions in the files of every source: the traces are those of rows written by hand, decision by decision. */
class SourcesTest {
    private static final int TOKENS = 12;
    private static final int LAYERS = 3;
    private static final int K = 2;
    private static final int EXPERTS = 5;

    @TempDir
    private Path folder;

    private final int[][][] experts = new int[TOKENS][LAYERS][K];
    private final double[][] weights = new double[TOKENS][LAYERS];

    SourcesTest() {
        Random random = new Random(11);
        for (int t = 0; t < TOKENS; t++) {
            for (int l = 0; l < LAYERS; l++) {
                experts[t][l][0] = random.nextInt(EXPERTS);
                experts[t][l][1] = (experts[t][l][0] + 1 + random.nextInt(EXPERTS - 1)) % EXPERTS;
                weights[t][l] = (random.nextInt(5) + 5) / 10.0;
            }
        }
        experts[0][0][0] = EXPERTS - 1;
        experts[0][0][1] = 0;
    }

    private static ImportOptions options(int k, ImportOptions.Fields fields) {
        return new ImportOptions(null, null, EXPERTS, k, null, "prefill", 0, 0, true, fields);
    }

    private TraceHeader.Origin read(String format, ImportOptions options, Path... files) {
        return Importer.run(format, List.of(files), options, folder.resolve("out/trace"), Progress.NONE);
    }

    private TraceHeader header() {
        return Trace.open(folder.resolve("out/trace")).header();
    }

    private List<String> trace(boolean weights) {
        List<String> rows = new ArrayList<>();
        try (DuckDb database = DuckDb.inMemory()) {
            database.query(
                    "SELECT concat_ws(' ', document, position, layer, choice, expert"
                            + (weights ? ", round(weight, 4)" : "") + ") FROM '" + folder.resolve("out/trace")
                            + "/routing/*.parquet' ORDER BY document, position, layer, choice",
                    row -> rows.add(row.getString(1)));
        }
        return rows;
    }

    /** What the plain loop says. */
    private List<String> expected(boolean withWeights) {
        List<String> rows = new ArrayList<>();
        for (int t = 0; t < TOKENS; t++) {
            for (int l = 0; l < LAYERS; l++) {
                for (int c = 0; c < K; c++) {
                    double weight = c == 0 ? weights[t][l] : 1 - weights[t][l];
                    rows.add(String.format(Locale.ROOT, "0 %d %d %d %d", t, l, c + 1, experts[t][l][c])
                            + (withWeights ? " " + Float.parseFloat(String.format(Locale.ROOT, "%.4f", weight)) : ""));
                }
            }
        }
        return rows;
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** A row a decision, from a template: T, L, E0, E1, W0, W1. */
    private String decisions(String row) {
        StringJoiner lines = new StringJoiner("\n", "", "\n");
        for (int t = 0; t < TOKENS; t++) {
            for (int l = 0; l < LAYERS; l++) {
                lines.add(row.replace("E0", experts[t][l][0] + "")
                        .replace("E1", experts[t][l][1] + "")
                        .replace("W0", String.format(Locale.ROOT, "%.1f", weights[t][l]))
                        .replace("W1", String.format(Locale.ROOT, "%.1f", 1 - weights[t][l]))
                        .replace("T", t + "")
                        .replace("L", l + ""));
            }
        }
        return lines.toString();
    }

    private String choices(String row) {
        return decisions(row.replace("EXPERT", "E0").replace("WEIGHT", "W0").replace("RANK", "0") + "\n"
                + row.replace("EXPERT", "E1").replace("WEIGHT", "W1").replace("RANK", "1"));
    }

    @Test
    void jsonInLinesAndInAnArrayWithALineOfMetadata() throws IOException {
        String row = "{'document': 'd', 'position': T, 'layer': L, 'experts': [E0, E1], 'weights': [W0, W1]}"
                .replace('\'', '"');
        TraceHeader.Origin origin = read(
                "jsonl",
                options(0, ImportOptions.Fields.DEFAULTS),
                file("a.jsonl", "{\"type\": \"meta\", \"model_id\": \"org/m\"}\n" + decisions(row)));
        assertThat(trace(true)).isEqualTo(expected(true));
        assertThat(origin.notes()).anyMatch(note -> note.contains("taken for what the recorder says of itself"));
        assertThat(header().model().name()).isEqualTo("org/m");
        String array = "[" + decisions(row).strip().replace("\n", ",\n  ").replace(",", ",\n") + "]";
        read("jsonl", options(0, ImportOptions.Fields.DEFAULTS), file("a.json", array));
        assertThat(trace(true)).isEqualTo(expected(true));
        Path broken = file("b.json", array.substring(0, array.length() - 20));
        assertThatThrownBy(() -> read("jsonl", options(0, ImportOptions.Fields.DEFAULTS), broken))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("b.json, element " + TOKENS * LAYERS);
    }

    @Test
    void csvOfEveryShape() throws IOException {
        ImportOptions plain = options(0, ImportOptions.Fields.DEFAULTS);
        read(
                "csv",
                plain,
                file("lists.csv", "document,position,layer,experts,weights\n" + decisions("d,T,L,E0 E1,\"[W0, W1]\"")));
        assertThat(trace(true)).isEqualTo(expected(true));
        read(
                "csv",
                plain,
                file(
                        "wide.csv",
                        "position;layer;expert_1;expert_2;weight_1;weight_2\n" + decisions("T;L;E0;E1;W0;W1")));
        assertThat(trace(true)).isEqualTo(expected(true));
        read("csv", plain, file("long.csv", "position,layer,rank,expert,weight\n" + choices("T,L,RANK,EXPERT,WEIGHT")));
        assertThat(trace(true)).isEqualTo(expected(true));
        read(
                "csv",
                plain,
                file("byweight.csv", "layer_id,token_idx,expert_id,weight\n" + choices("L,T,EXPERT,WEIGHT")));
        assertThat(trace(true)).hasSize(TOKENS * LAYERS * K);
        TraceHeader.Origin origin = read(
                "csv",
                options(K, ImportOptions.Fields.DEFAULTS),
                file("bare.csv", "layer,expert\n" + choices("L,EXPERT")));
        assertThat(trace(false)).isEqualTo(expected(false));
        assertThat(origin.notes()).anyMatch(note -> note.contains("no positions"));
        Path bare = folder.resolve("bare.csv");
        assertThatThrownBy(() -> read("csv", plain, bare))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("bare.csv: expected a column \"position\", or --experts-per-token");
    }

    @Test
    void parquetWithListsAndWithAWordForTheDocument() throws IOException {
        Path csv = file("long.csv", "a,b,position,layer,rank,expert,weight\n" + choices("x,7,T,L,RANK,EXPERT,WEIGHT"));
        Path parquet = folder.resolve("rows.parquet");
        try (DuckDb database = DuckDb.inMemory()) {
            database.writeParquet(
                    "SELECT a, b, position, layer, list(expert ORDER BY rank) AS experts, list(weight ORDER BY rank) AS weights FROM '"
                            + csv + "' GROUP BY ALL",
                    parquet);
        }
        ImportOptions.Fields d = ImportOptions.Fields.DEFAULTS;
        ImportOptions.Fields fields = new ImportOptions.Fields(
                "a,b",
                d.position(),
                d.layer(),
                d.experts(),
                d.weights(),
                d.token(),
                d.piece(),
                d.domain(),
                d.logits(),
                null);
        read("parquet", options(0, fields), parquet);
        assertThat(trace(true)).isEqualTo(expected(true));
        try (DuckDb database = DuckDb.inMemory()) {
            database.query(
                    "SELECT source FROM '" + folder.resolve("out/trace/documents.parquet") + "'",
                    row -> assertThat(row.getString(1)).isEqualTo("x / 7"));
        }
        Path text = Files.writeString(folder.resolve("no.parquet"), "words");
        assertThatThrownBy(() -> read("parquet", options(0, d), text))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith(text + ": expected Parquet, found something else");
    }

    @Test
    void scoresAreNoIdsAndZerosNoLogits() throws IOException {
        Path wide = file("scores.csv", "layer_id,token_idx,expert_0,expert_1,expert_2\n0,0,0.25,0,0.5\n");
        assertThatThrownBy(() -> read("csv", options(0, ImportOptions.Fields.DEFAULTS), wide))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("scores.csv, row 1: expected ids in the columns expert_N, found scores");
        Path rows = file(
                "scores.jsonl",
                "{\"document\": 0, \"position\": 0, \"layer\": 0, \"logits\": [0, 0.25, 0, 0.125, 0]}\n");
        assertThatThrownBy(() -> read("jsonl", options(2, ImportOptions.Fields.DEFAULTS), rows))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("found 3 zeros beside scores of the chosen");
    }

    /** As vLLM gives them: base64 of npy, prompt and answer together, and the last token was never fed. */
    @Test
    void responsesTogetherApartAndWithoutSome() throws IOException {
        int prompt = 5;
        String ids =
                IntStream.range(100, 100 + prompt).mapToObj(Integer::toString).collect(Collectors.joining(","));
        String answer = IntStream.rangeClosed(100 + prompt, 100 + TOKENS)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(","));
        String whole = "{\"model\": \"m\", \"choices\": [{\"prompt_token_ids\": [" + ids + "], \"token_ids\": ["
                + answer + "], \"routed_experts\": \"" + npy(experts) + "\"}]}";
        ImportOptions plain = options(0, ImportOptions.Fields.DEFAULTS);
        read("responses", plain, file("r.jsonl", whole + "\n"));
        assertThat(trace(false)).isEqualTo(expected(false));
        assertThat(tokens())
                .containsExactlyElementsOf(
                        IntStream.range(100, 100 + TOKENS).boxed().toList());
        assertThat(answers()).containsExactly("decode " + prompt);
        assertThat(header().phase()).as("read and written").isEqualTo("mixed");

        String apart = "[{\"prompt_routed_experts\": " + lists(0, prompt) + ", \"choices\": [{\"prompt_token_ids\": ["
                + ids + "], \"token_ids\": [" + answer + "], \"routed_experts\": " + lists(prompt, TOKENS) + "}]}]";
        read("responses", plain, file("r.json", apart));
        assertThat(trace(false)).isEqualTo(expected(false));
        assertThat(answers()).containsExactly("decode " + prompt);

        String late = "{\"choices\": [{\"prompt_token_ids\": [1,2,3], \"token_ids\": ["
                + IntStream.range(200, 200 + TOKENS).mapToObj(Integer::toString).collect(Collectors.joining(","))
                + "], \"routed_experts\": " + lists(0, TOKENS) + "}]}";
        read("responses", plain, file("late.json", late));
        assertThat(tokens()).as("the answer's alone, as version 0.21 has it").startsWith(200, 201);

        experts[3][1] = new int[] {-1, -1};
        read(
                "responses",
                plain,
                file(
                        "cached.json",
                        late.replaceAll("\"routed_experts\": .*", "\"routed_experts\": " + lists(0, TOKENS) + "}]}")));
        assertThat(trace(false)).hasSize((TOKENS * LAYERS - 1) * K);
        assertThat(header().origin().dropped()).isEqualTo(1);

        Path shorter = file("shorter.json", late.replace("\"token_ids\": [200,201,202,203,204,", "\"token_ids\": ["));
        assertThatThrownBy(() -> read("responses", plain, shorter))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("routed_experts: expected a row for each of the");
    }

    private String lists(int from, int to) {
        return Arrays.deepToString(Arrays.copyOfRange(experts, from, to));
    }

    private static String npy(int[][][] values) {
        String header =
                "{'descr': '|u1', 'fortran_order': False, 'shape': (" + TOKENS + ", " + LAYERS + ", " + K + "), }";
        String padded = header + " ".repeat(63 - (10 + header.length()) % 64) + "\n";
        ByteBuffer bytes =
                ByteBuffer.allocate(10 + padded.length() + TOKENS * LAYERS * K).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) padded.length());
        bytes.put(padded.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        for (int[][] token : values) {
            for (int[] layer : token) {
                for (int expert : layer) {
                    bytes.put((byte) expert);
                }
            }
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private List<Integer> tokens() {
        List<Integer> ids = new ArrayList<>();
        try (DuckDb database = DuckDb.inMemory()) {
            database.query(
                    "SELECT token FROM '" + folder.resolve("out/trace/tokens.parquet")
                            + "' ORDER BY document, position",
                    row -> ids.add(row.getInt(1)));
        }
        return ids;
    }

    private List<String> answers() {
        List<String> rows = new ArrayList<>();
        try (DuckDb database = DuckDb.inMemory()) {
            database.query(
                    "SELECT concat_ws(' ', phase, answer) FROM '" + folder.resolve("out/trace/documents.parquet") + "'",
                    row -> rows.add(row.getString(1)));
        }
        return rows;
    }

    /** Logits whose highest two are the chosen, as numbers and as probabilities. */
    @Test
    void logitsAndProbabilitiesInArrays() throws IOException {
        double[] values = new double[TOKENS * LAYERS * EXPERTS];
        double[] probabilities = new double[values.length];
        for (int d = 0; d < TOKENS * LAYERS; d++) {
            int[] chosen = experts[d / LAYERS][d % LAYERS];
            double weight = weights[d / LAYERS][d % LAYERS];
            double sum = 0;
            for (int e = 0; e < EXPERTS; e++) {
                double share =
                        e == chosen[0] ? weight * 0.8 : e == chosen[1] ? (1 - weight) * 0.8 - 1e-4 : 0.2 / 3 * 0.9;
                probabilities[d * EXPERTS + e] = share;
                sum += share;
            }
            for (int e = 0; e < EXPERTS; e++) {
                probabilities[d * EXPERTS + e] /= sum;
                values[d * EXPERTS + e] = Math.log(probabilities[d * EXPERTS + e]) - 3;
            }
        }
        StringJoiner rows = new StringJoiner("\n");
        for (int d = 0; d < TOKENS * LAYERS; d++) {
            String row = Arrays.toString(Arrays.copyOfRange(values, d * EXPERTS, (d + 1) * EXPERTS));
            rows.add("{\"document\": 0, \"position\": " + d / LAYERS + ", \"layer\": " + d % LAYERS + ", \"logits\": "
                    + row + "}");
        }
        read("jsonl", options(K, ImportOptions.Fields.DEFAULTS), file("logits.jsonl", rows.toString()));
        List<String> byHand = trace(true);
        List<String> router = router();
        assertThat(router).hasSize(TOKENS * LAYERS);
        for (String name : List.of("logits", "probabilities")) {
            double[] data = name.equals("logits") ? values : probabilities;
            ArrayWriter arrays =
                    new ArrayWriter().add(name, array(ElementType.F64, TOKENS + ", " + LAYERS + ", " + EXPERTS, data));
            read("npz", options(K, ImportOptions.Fields.DEFAULTS), arrays.npz(folder.resolve(name + ".npz"), false));
            assertThat(trace(true)).isEqualTo(byHand);
            assertThat(router()).isEqualTo(router);
            read(
                    "safetensors",
                    options(K, ImportOptions.Fields.DEFAULTS),
                    arrays.safetensors(folder.resolve(name + ".safetensors")));
            assertThat(trace(true)).isEqualTo(byHand);
            assertThat(router()).isEqualTo(router);
        }
    }

    private List<String> router() {
        List<String> rows = new ArrayList<>();
        try (DuckDb database = DuckDb.inMemory()) {
            database.query(
                    "SELECT concat_ws(' ', position, layer, round(entropy, 4), round(margin, 4)) FROM '"
                            + folder.resolve("out/trace") + "/router/*.parquet' ORDER BY position, layer",
                    row -> rows.add(row.getString(1)));
        }
        return rows;
    }

    /** Prompt of four tokens, then an answer whose steps begin at 0 again; bytes of an expert stand before the header. */
    @Test
    void routeTraces() throws IOException {
        StringJoiner lines = new StringJoiner("\n", "", "\n");
        lines.add("# layer=0 expert_bytes=100")
                .add("# layer=1 expert_bytes=200")
                .add("# layer=2 expert_bytes=300");
        lines.add("turn,phase,step,layer,slot,expert,weight,residency,expert_bytes");
        for (int t = 0; t < TOKENS; t++) {
            for (int l = 0; l < LAYERS; l++) {
                for (int c = 0; c < K; c++) {
                    double weight = c == 0 ? weights[t][l] : 1 - weights[t][l];
                    lines.add(String.format(
                            Locale.ROOT,
                            "0,%d,%d,%d,%d,%d,%.1f,0,0",
                            t < 4 ? 0 : 1,
                            t < 4 ? t : t - 4,
                            l,
                            c,
                            experts[t][l][c],
                            weight));
                }
            }
        }
        read("route-trace", options(0, ImportOptions.Fields.DEFAULTS), file("x.route.csv", lines.toString()));
        assertThat(trace(true)).isEqualTo(expected(true));
        assertThat(answers()).containsExactly("decode 4");
        assertThat(header().mixture().expertBytes()).containsEntry(1, 200L);
    }

    /** As llama.cpp writes them: a tensor of counts for each of an expert's matrices. */
    @Test
    void imatrices() {
        List<Path> files = new ArrayList<>();
        for (String theme : List.of("law", "code")) {
            float[] counts = theme.equals("law") ? new float[] {6, 2, 0, 2} : new float[] {1, 1, 4, 4};
            GgufOutput gguf = new GgufOutput().put("general.type", "imatrix").put("imatrix.chunk_count", 1);
            for (String matrix : List.of("gate", "up", "down")) {
                gguf.tensor("blk.2.ffn_" + matrix + "_exps.weight.counts", TensorFormat.F32, List.of(4L, 1L), out -> {
                    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
                    bytes.asFloatBuffer().put(counts);
                    out.write(bytes.array());
                });
            }
            Path file = folder.resolve(theme + ".gguf");
            gguf.write(file);
            files.add(file);
        }
        read("imatrix", options(2, ImportOptions.Fields.DEFAULTS), files.toArray(Path[]::new));
        List<String> rows = new ArrayList<>();
        try (DuckDb database = DuckDb.inMemory()) {
            database.query(
                    "SELECT concat_ws(' ', domain, tokens, layer, expert, assignments) FROM '"
                            + folder.resolve("out/trace/counts.parquet") + "' JOIN '"
                            + folder.resolve("out/trace/documents.parquet")
                            + "' USING (document) ORDER BY document, expert",
                    row -> rows.add(row.getString(1)));
        }
        assertThat(rows).hasSize(8).startsWith("law 5 2 0 6.0", "law 5 2 1 2.0").endsWith("code 5 2 3 4.0");
        assertThatThrownBy(() -> read("imatrix", options(0, ImportOptions.Fields.DEFAULTS), files.getFirst()))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("expected --experts-per-token");
    }

    @Test
    void countsAsRowsByDocument() throws IOException {
        Path file = file(
                "counts.csv",
                "domain,document,layer,expert,count\nlaw,a,0,0,4\nlaw,a,0,1,6\nlaw,b,0,1,2\nlaw,b,0,4,2\nart,c,0,3,8\nart,c,0,0,2\n");
        TraceHeader.Origin origin = read("csv", options(K, ImportOptions.Fields.DEFAULTS), file);
        List<String> rows = new ArrayList<>();
        try (DuckDb database = DuckDb.inMemory()) {
            database.query(
                    "SELECT concat_ws(' ', d.domain, d.source, d.tokens, c.layer, c.choice, c.expert, c.assignments) FROM '"
                            + folder.resolve("out/trace/counts.parquet") + "' c JOIN '"
                            + folder.resolve("out/trace/documents.parquet")
                            + "' d USING (document) ORDER BY document, expert",
                    row -> rows.add(row.getString(1)));
        }
        assertThat(rows)
                .containsExactly(
                        "law a 5 0 0 0 4.0",
                        "law a 5 0 0 1 6.0",
                        "law b 2 0 0 1 2.0",
                        "law b 2 0 0 4 2.0",
                        "art c 5 0 0 0 2.0",
                        "art c 5 0 0 3 8.0");
        assertThat(origin.lacks()).noneMatch(lack -> lack.startsWith("documents"));
        Path wrong = file("wrong.csv", "layer,expert,count\n0,0,-4\n");
        assertThatThrownBy(() -> read("csv", options(K, ImportOptions.Fields.DEFAULTS), wrong))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("wrong.csv, row 1, count: expected a number of 0 or more, found -4");
    }
}
