package moira.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** analyze on a training, and report with its history: here two probes of one model, which agree. */
class TrainingHistoryTest {
    @TempDir
    private Path folder;

    private Path training() throws IOException {
        Path run = folder.resolve("run");
        StringBuilder probes = new StringBuilder();
        for (int step : new int[] {0, 5}) {
            trace(run.resolve("routing/step-" + step));
            probes.append("{\"step\":").append(step).append(",\"tokens\":").append(10 * step);
            probes.append(",\"trace\":\"routing/step-").append(step).append("\",\"loss\":{\"arxiv\":3.5}}\n");
        }
        Files.writeString(run.resolve("probes.jsonl"), probes);
        return run;
    }

    private static void trace(Path out) {
        Cli cli = Cli.run("trace", "--max-tokens", "100", "--layers", "all", "--out", out.toString());
        assertThat(cli.status()).isZero();
    }

    @Test
    void aTrainingIsFollowedAndItsHistoryStandsInTheReport() throws IOException {
        Path run = training();
        Path out = folder.resolve("history");
        Cli cli = Cli.run(
                "analyze", run.toString(), "--bootstrap", "20", "--permutations", "20", "--out", out.toString());
        assertThat(cli.status()).isZero();
        assertThat(cli.out())
                .startsWith("Half of the last model’s choices of experts are in place from the first probe on");
        assertThat(cli.err()).contains("history.jsonl: expected a line a step").contains("report in");
        assertThat(out.resolve("report.html")).isNotEmptyFile();
        assertThat(out.resolve("tables/training.csv")).content().contains("5,50,saturation,7,");

        Path report = folder.resolve("report");
        Cli drawn = Cli.run(
                "report",
                "--max-tokens",
                "100",
                "--bootstrap",
                "20",
                "--permutations",
                "20",
                "--history",
                out.toString(),
                "--out",
                report.toString());
        assertThat(drawn.status()).isZero();
        assertThat(report.resolve("report.html")).content().contains("\"training_loss\"");

        Cli none = Cli.run(
                "report",
                "--history",
                run.toString(),
                "--out",
                folder.resolve("x").toString());
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.err()).contains("training.json: expected the history of a training");
        assertThat(folder.resolve("x")).doesNotExist();
    }

    @Test
    void aTrainingIsNotComparedAndItsBrokenLinesAreNamed() throws IOException {
        Path run = Files.createDirectories(folder.resolve("run"));
        Files.writeString(run.resolve("probes.jsonl"), "{\"step\":0}\n");
        Cli broken = Cli.run(
                "analyze", run.toString(), "--out", folder.resolve("out").toString());
        assertThat(broken.status()).isEqualTo(1);
        assertThat(broken.err()).contains("probes.jsonl:1: expected \"trace\", a folder, found nothing");
        Cli two = Cli.run(
                "analyze",
                run.toString(),
                run.toString(),
                "--out",
                folder.resolve("out").toString());
        assertThat(two.status()).isEqualTo(1);
        assertThat(two.err()).contains("expected several traces, or one training");
    }
}
