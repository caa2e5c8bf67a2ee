package moira.routing.foreign;

import static moira.routing.foreign.ArrayWriter.array;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import moira.engine.checkpoint.GgufOutput;
import moira.engine.tensor.TensorFormat;
import moira.routing.DuckDb;
import moira.routing.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever docs/import tells people to run, run: the commands on small files of these names, Python on what its programs would give. */
class RecipesTest {
    private static final Path DOCS = docs();

    @TempDir
    private Path folder;

    private static Path docs() {
        Path here = Path.of("").toAbsolutePath();
        return (Files.exists(here.resolve("docs")) ? here : here.getParent()).resolve("docs");
    }

    private static List<String> found(String pattern) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> pages = Files.walk(DOCS.resolve("import"))) {
            for (Path page : pages.filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL | Pattern.MULTILINE)
                        .matcher(Files.readString(page));
                while (matcher.find()) {
                    found.add(page.getFileName() + ": " + matcher.group(1));
                }
            }
        }
        return found;
    }

    static List<String> commands() throws IOException {
        return found("^\\$ \\./moira import ([^\n]*)$");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void commandsRun(String recipe) throws IOException {
        writeFiles();
        String format = null;
        Path documents = null;
        int k = 0;
        String document = "document";
        List<Path> files = new ArrayList<>();
        String[] words = recipe.substring(recipe.indexOf(": ") + 2)
                .replaceFirst(" #.*", "")
                .split(" +");
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--format" -> format = words[++i];
                case "--documents" -> documents = folder.resolve(words[++i]);
                case "--experts-per-token" -> k = Integer.parseInt(words[++i]);
                case "--document-field", "--field-document" -> document = words[++i];
                case "--out" -> i++;
                default -> files.add(folder.resolve(words[i]));
            }
        }
        ImportOptions.Fields d = ImportOptions.Fields.DEFAULTS;
        ImportOptions.Fields fields = new ImportOptions.Fields(
                document,
                d.position(),
                d.layer(),
                d.experts(),
                d.weights(),
                d.token(),
                d.piece(),
                d.domain(),
                d.logits(),
                null);
        Importer.run(
                format,
                files,
                new ImportOptions(documents, null, 8, k, null, null, 0, 0, false, fields),
                folder.resolve("out/trace"),
                Progress.NONE);
        assertThat(folder.resolve("out/trace/trace.json")).isNotEmptyFile();
    }

    private void writeFiles() throws IOException {
        double[] ids = {0, 1, 2, 3, 4, 5};
        new ArrayWriter()
                .add("experts", array(ElementType.U8, "3, 1, 2", ids))
                .npz(folder.resolve("routing.npz"), false);
        write("documents.jsonl", "{\"domain\": \"law\", \"tokens\": 3}");
        write("rows.jsonl", "{\"document\": 0, \"position\": 0, \"layer\": 0, \"experts\": [1, 0]}");
        write(
                "problems.jsonl",
                "{\"dataset\": \"a\", \"problem_id\": 3, \"position\": 0, \"layer\": 0, \"experts\": [1, 0]}");
        write("routing.csv", "position,layer,experts\n0,0,1 0\n");
        write("counts.csv", "layer,expert,count\n0,0,3\n0,1,5\n");
        write(
                "counts.json",
                "{\"model\": \"m\", \"experts\": 8, \"experts_per_token\": 2, \"layers\": [0], \"choices\": \"either\","
                        + " \"domains\": {\"law\": [[1, 1, 0, 0, 0, 0, 0, 0]]}}");
        write("answers.jsonl", "{\"choices\": [{\"token_ids\": [7], \"routed_experts\": [[[1, 0]]]}]}");
        write(
                "qwen.route.csv",
                "turn,phase,step,layer,slot,expert,weight,residency,expert_bytes\n0,0,0,0,0,1,0.6,0,0\n");
        try (DuckDb database = DuckDb.inMemory()) {
            database.writeParquet(
                    "SELECT 'a' AS dataset, 3 AS problem_id, 0 AS position, 0 AS layer, [1, 0] AS experts",
                    folder.resolve("decisions.parquet"));
        }
        for (String theme : List.of("law.gguf", "code.gguf")) {
            GgufOutput gguf = new GgufOutput().put("general.type", "imatrix");
            gguf.tensor("blk.0.ffn_gate_exps.weight.counts", TensorFormat.F32, List.of(8L, 1L), out -> {
                ByteBuffer bytes = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(new float[] {8, 8, 0, 0, 0, 0, 0, 0});
                out.write(bytes.array());
            });
            gguf.write(folder.resolve(theme));
        }
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    /** Objects like those of vLLM 0.21 (answer alone, and one prompt of a single token) and of others; and what each row's token is. */
    private static final String VLLM = """
            from types import SimpleNamespace as S
            import numpy as np
            E = lambda tokens: np.array([[[0, 0], [t % 5, 5 + t % 3]] for t in tokens], dtype=np.uint8)
            def old(p, a): return S(prompt_token_ids=p, outputs=[S(token_ids=a, routed_experts=E((p + a)[:-1]))])
            def split(p, a): return S(prompt_token_ids=p, prompt_routed_experts=E(p), outputs=[S(token_ids=a, routed_experts=E(a))])
            outputs = OUTPUTS
            """;

    @Test
    void vllmsTokensHaveTheirOwnDecisions() throws IOException, InterruptedException {
        for (String outputs : List.of(
                "[old([11, 12, 13], [21, 22]), old([14], [23, 24, 25])]",
                "[split([11, 12, 13], [21, 22]), split([14], [23, 24, 25])]")) {
            String recipe = found("```python\n(.*?)```").stream()
                    .filter(block -> block.startsWith("vllm.md"))
                    .findFirst()
                    .orElseThrow();
            python(VLLM.replace("OUTPUTS", outputs) + recipe.substring(recipe.indexOf(": ") + 2));
            Path out = folder.resolve("out/trace");
            ImportOptions options =
                    new ImportOptions(null, null, 0, 0, null, null, 0, 0, true, ImportOptions.Fields.DEFAULTS);
            Importer.run("npz", List.of(folder.resolve("routing.npz")), options, out, Progress.NONE);
            List<Integer> tokens = new ArrayList<>();
            try (DuckDb database = DuckDb.inMemory()) {
                database.query(
                        "SELECT token, layer, string_agg(expert, ' ' ORDER BY choice) FROM '" + out
                                + "/routing/*.parquet' JOIN '" + out
                                + "/tokens.parquet' USING (document, position) GROUP BY ALL ORDER BY token",
                        row -> {
                            int token = row.getInt(1);
                            tokens.add(token);
                            assertThat(row.getInt(2)).isEqualTo(1);
                            assertThat(row.getString(3)).isEqualTo(token % 5 + " " + (5 + token % 3));
                        });
            }
            assertThat(tokens)
                    .isEqualTo(
                            outputs.contains("old")
                                    ? List.of(11, 12, 13, 14, 21, 23, 24)
                                    : List.of(21, 22, 23, 24, 25));
        }
    }

    private void python(String program) throws IOException, InterruptedException {
        assumeTrue(runs("import numpy"), "python3 with numpy is not here, so the recipe is not run");
        Path errors = folder.resolve("errors.txt");
        Process python = new ProcessBuilder("python3", "-c", program)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(errors.toFile())
                .start();
        assertThat(python.waitFor()).as(Files.readString(errors)).isZero();
    }

    private static boolean runs(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(Arrays.asList("python3", "-c", program))
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
