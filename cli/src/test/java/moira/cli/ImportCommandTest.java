package moira.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From somebody else's files to tables and a report. */
class ImportCommandTest {
    @TempDir
    private Path folder;

    private Path rows() throws IOException {
        List<String> rows = new ArrayList<>();
        for (int token = 0; token < 80; token++) {
            for (int layer = 0; layer < 2; layer++) {
                if (token != 5 || layer != 1) {
                    rows.add(
                            ("{\"seq\": \"d%s\", \"position\": %s, \"layer\": %s, \"experts\": [%s, %s], \"domain\": \"%s\"}")
                                    .formatted(
                                            token / 20,
                                            token % 20,
                                            layer,
                                            token % 4,
                                            4 + token % 3,
                                            token < 40 ? "a" : "b"));
                }
            }
        }
        return Files.write(folder.resolve("rows.jsonl"), rows);
    }

    private Cli importRows(String... more) throws IOException {
        List<String> args =
                new ArrayList<>(List.of("import", "--format", "jsonl", rows().toString(), "--field-document", "seq"));
        args.addAll(List.of(more));
        return Cli.run(args.toArray(String[]::new));
    }

    @Test
    void rowsBecomeTablesAndAReport() throws IOException {
        Path trace = folder.resolve("trace");
        Cli imported = importRows(
                "--experts",
                "8",
                "--model-name",
                "somebody's",
                "--phase",
                "decode",
                "--layers-in-model",
                "4",
                "--out",
                trace.toString());
        assertThat(imported.status()).isZero();
        assertThat(imported.out()).isEmpty();
        assertThat(imported.err())
                .contains(
                        "warning: no tokens: neither ids nor pieces",
                        "warning: no weights",
                        "warning: 1 decisions are missing")
                .doesNotContain("largest id");
        assertThat(Files.readString(trace.resolve("trace.json")))
                .contains(
                        "\"name\" : \"somebody's\"",
                        "\"phase\" : \"decode\"",
                        "\"model_layers\" : 4",
                        "\"experts\" : 8")
                .contains("\"weight\" : \"none\"", "\"dropped\" : 1", "\"format\" : \"jsonl\"");
        Path out = folder.resolve("analysis");
        Cli analyzed = Cli.run(
                "analyze", trace.toString(), "--bootstrap", "20", "--permutations", "20", "--out", out.toString());
        assertThat(analyzed.status()).isZero();
        assertThat(out.resolve("report.html")).isNotEmptyFile();
        assertThat(out.resolve("tables/repetition.csv")).isNotEmptyFile();
        assertThat(out.resolve("tables/vocabulary_specialization.csv")).doesNotExist();
        assertThat(Files.readString(out.resolve("analysis.json")))
                .contains("\"reason\" : \"the source does not give its tokens\"", "\"repeated_documents\" : null");
    }

    @Test
    void whatGoesWrongIsOneLineAndLeavesNothing() throws IOException {
        Path out = folder.resolve("trace");
        Cli failed = importRows("--experts", "5", "--out", out.toString());
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.err().lines()).hasSize(1);
        assertThat(failed.err()).contains("rows.jsonl:3: expected experts from 0 to 4, found 5");
        assertThat(importRows("--layers-in-model", "1", "--out", out.toString()).err())
                .contains("layers in the model: expected at least 2 as recorded, found 1");
        Cli pickle = Cli.run("import", "--format", "npz", "a.pt", "--out", out.toString());
        assertThat(pickle.err()).contains("a.pt: expected a file, found none");
        assertThat(folder.toFile().list()).containsExactly("rows.jsonl");
    }

    @Test
    void formatsAndKindsAreNamed() throws IOException {
        assertThat(Cli.run("import", "--format", "xml", "x", "--out", "y").status())
                .isEqualTo(2);
        assertThat(Cli.run("import", "x", "--out", "y").status()).isEqualTo(2);
        assertThat(importRows("--weight", "heavy", "--out", "y").status()).isEqualTo(2);
        assertThat(importRows("--logits", "cooked", "--out", "y").status()).isEqualTo(2);
    }
}
