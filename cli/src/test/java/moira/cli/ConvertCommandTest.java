package moira.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ConvertCommandTest {
    private static final String MODEL =
            Path.of(System.getProperty("moira.home"), "bundled", "model.gguf").toString();

    @TempDir
    private Path folder;

    @Test
    void saysWhatItWroteAndWhatThatLost() {
        String out = folder.resolve("out.gguf").toString();
        Cli cli = Cli.run("convert", MODEL, out, "--format", "q4_0", "--embedding", "f16");
        assertThat(cli.status()).isZero();
        assertThat(cli.err()).contains("in Q4_0, embedding F16", "MB in " + out);
        assertThat(cli.out().lines().filter(line -> line.startsWith("ffn_down_exps")))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("Q4_0", "8,388,608", "4.500"));
        assertThat(cli.out()).contains("all   ", "root mean square");
        Cli inspected = Cli.run("inspect", out);
        assertThat(inspected.out()).contains("in Q4_0", "in F16        1 tensors, 1,048,576 values", "in F32");
        Cli again = Cli.run("convert", MODEL, out);
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("expected nothing of that name (--overwrite replaces a file)");
        assertThat(Cli.run("convert", MODEL, out, "--overwrite").status()).isZero();
    }

    @Test
    void packsWhatThenRunsAsBefore() {
        String out = folder.resolve("packed.gguf").toString();
        Cli cli = Cli.run("convert", MODEL, out, "--packed");
        assertThat(cli.status()).isZero();
        assertThat(cli.err()).contains("in its own formats, packed", "MB in " + out);
        assertThat(cli.out())
                .containsPattern("ffn_down_exps +Q6_K packed +8,388,608")
                .doesNotContain("F16");
        assertThat(Cli.run("inspect", out).out()).contains("GGUF v3, packed", "Q6_K packed");
        for (String arithmetic : List.of("--exact", "--seed=1")) {
            String expected = generate(arithmetic, "--model", MODEL, "--weights", "packed");
            assertThat(generate(arithmetic, "--model", out)).isEqualTo(expected);
            assertThat(generate(arithmetic, "--model", out, "--weights", "mapped"))
                    .isEqualTo(expected);
        }
        Cli resident = Cli.run("generate", "--model", out, "--weights", "resident", "The");
        assertThat(resident.status()).isEqualTo(1);
        assertThat(resident.err()).contains("expected auto, packed or mapped for a packed file, found resident");
        Cli again = Cli.run("convert", out, folder.resolve("again.gguf").toString());
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("found packed weights; convert the file that they were made from");
    }

    private static String generate(String arithmetic, String... model) {
        List<String> arguments = new ArrayList<>(List.of("generate", "--max-tokens", "12", "--temperature", "0"));
        arguments.addAll(List.of(arithmetic, "The history of"));
        arguments.addAll(List.of(model));
        Cli cli = Cli.run(arguments.toArray(String[]::new));
        assertThat(cli.status()).isZero();
        return cli.out();
    }

    @Test
    void comparesOnTexts() throws IOException {
        Path texts = folder.resolve("texts.jsonl");
        Files.writeString(texts, "{\"text\": \"The history of a number is a long one, and it is told here.\"}\n");
        String out = folder.resolve("out.gguf").toString();
        Cli cli = Cli.run("convert", MODEL, out, "--format", "F32", "--compare", texts.toString(), "--json");
        assertThat(cli.status()).isZero();
        JsonNode json = new JsonMapper().readTree(cli.out());
        // Every value of Q6_K is a float.
        assertThat(json.path("all").path("relative_error").doubleValue()).isZero();
        JsonNode compared = json.path("compared");
        assertThat(compared.path("tokens").intValue()).isBetween(10, 40);
        assertThat(compared.path("other_set").valueStream().mapToDouble(JsonNode::doubleValue))
                .hasSize(8)
                .containsOnly(0.0);
        assertThat(compared.path("absolute_difference").doubleValue()).isZero();
        String text = Cli.run("convert", MODEL, out, "--overwrite", "--format", "Q4_0", "--compare", texts.toString())
                .out();
        assertThat(text).containsPattern("another set of experts in [0-9.]+ % of the decisions");
    }
}
