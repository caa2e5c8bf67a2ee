package moira.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** trace, analyze and report on the bundled model, whole processes and bad corpora included. */
class TraceCommandTest {
    @TempDir
    private Path folder;

    @Test
    void aTraceKilledInTheMiddleGoesOnAndGivesTheSameTables() throws IOException, InterruptedException {
        Path cut = folder.resolve("cut");
        kill(cut, cut.resolve("routing/part-00000.parquet"));
        assertThat(Files.readString(cut.resolve("trace.json"))).contains("\"complete\" : false");
        Path early = folder.resolve("early");
        analyze(cut, early);
        assertThat(Files.readString(early.resolve("analysis.json"))).contains("\"complete\" : false");

        Cli resumed = Cli.run("trace", "--out", cut.toString());
        assertThat(resumed.err()).contains("traced");
        Path whole = folder.resolve("whole");
        assertThat(Cli.run("trace", "--threads", "1", "--batch", "100", "--out", whole.toString())
                        .status())
                .isZero();
        assertThat(Files.readString(cut.resolve("trace.json"))).contains("\"complete\" : true");
        analyze(cut, folder.resolve("a"));
        analyze(whole, folder.resolve("b"));
        for (Path table : tables(folder.resolve("b"))) {
            assertThat(folder.resolve("a/tables").resolve(table.getFileName())).hasSameTextualContentAs(table);
        }
        assertThat(tables(folder.resolve("b"))).hasSize(12);
    }

    private static void analyze(Path trace, Path out) {
        Cli cli = Cli.run(
                "analyze", trace.toString(), "--out", out.toString(), "--bootstrap", "50", "--permutations", "50");
        assertThat(cli.err()).contains("report in");
        assertThat(cli.status()).isZero();
    }

    private static List<Path> tables(Path out) throws IOException {
        try (Stream<Path> files = Files.list(out.resolve("tables"))) {
            return files.filter(file -> file.toString().endsWith(".csv")).toList();
        }
    }

    /** Starts a trace in a process of its own and kills it, without warning, once a file is there. */
    private static void kill(Path out, Path file) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dmoira.home=" + System.getProperty("moira.home"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "trace",
                        "--out",
                        out.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        while (process.isAlive() && !Files.exists(file)) {
            Thread.sleep(5);
        }
        assertThat(process.isAlive()).as("killed before it was done").isTrue();
        process.destroyForcibly().waitFor();
        assertThat(process.exitValue()).isEqualTo(128 + 9);
    }

    @Test
    void aBadLineStopsTheTraceBeforeAnythingIsWritten() throws IOException {
        Path corpus = corpus("{\"text\": \"Some text.\", \"meta\": {\"domain\": \"a\"}}\nno JSON\n");
        Path out = folder.resolve("trace");
        Cli cli = Cli.run("trace", "--corpus", corpus.toString(), "--out", out.toString());
        assertThat(cli.status()).isEqualTo(1);
        assertThat(cli.err()).contains("bad.jsonl:2: expected");
        assertThat(out).doesNotExist();
    }

    @Test
    void badLinesAreSkippedAndCountedWhereAsked() throws IOException {
        Path corpus = corpus("{\"text\": \"Some text.\", \"meta\": {\"domain\": \"a\"}}\nno JSON\n{\"text\": 3}\n");
        Path out = folder.resolve("trace");
        Cli cli = Cli.run("trace", "--keep-going", "--corpus", corpus.toString(), "--out", out.toString());
        assertThat(cli.status()).isZero();
        assertThat(cli.err()).contains("bad.jsonl:2: expected", "bad.jsonl:3: expected", "skipped 2");
        assertThat(Files.readString(out.resolve("trace.json"))).contains("\"skipped_lines\" : 2");
    }

    @Test
    void anEmptyCorpusIsAnError() throws IOException {
        Path corpus = corpus("");
        Path out = folder.resolve("trace");
        Cli cli = Cli.run("trace", "--corpus", corpus.toString(), "--out", out.toString());
        assertThat(cli.status()).isEqualTo(1);
        assertThat(cli.err()).contains("bad.jsonl");
        assertThat(out).doesNotExist();
    }

    private Path corpus(String lines) throws IOException {
        return Files.writeString(folder.resolve("bad.jsonl"), lines, StandardCharsets.UTF_8);
    }

    @Test
    void reportMakesEverythingAndASecondOneUsesTheTraceThatIsThere() throws IOException {
        Path out = folder.resolve("report");
        String[] args = {
            "report",
            "--max-tokens",
            "300",
            "--layers",
            "first,middle,last",
            "--bootstrap",
            "50",
            "--permutations",
            "50",
            "--out",
            out.toString()
        };
        assertThat(Cli.run(args).status()).isZero();
        assertThat(out.resolve("report.html")).isNotEmptyFile();
        assertThat(Files.size(out.resolve("report.html"))).isLessThan(5 << 20);
        assertThat(Files.readString(out.resolve("tables/load.csv")))
                .contains("\n7,")
                .doesNotContain("\n2,");
        assertThat(Cli.run(args).status()).isZero();
        args[2] = "400";
        Cli other = Cli.run(args);
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.err()).contains("max_tokens 400, found 300");
    }

    @Test
    void severalTracesAreAnalysedSideBySide() {
        for (String name : List.of("one", "two")) {
            Cli.run(
                    "trace",
                    "--max-tokens",
                    "200",
                    "--layers",
                    "0",
                    "--out",
                    folder.resolve(name).toString());
        }
        Path out = folder.resolve("analysis");
        Cli cli = Cli.run(
                "analyze",
                folder.resolve("one").toString(),
                folder.resolve("two").toString(),
                "--bootstrap",
                "20",
                "--permutations",
                "20",
                "--out",
                out.toString());
        assertThat(cli.status()).isZero();
        assertThat(out.resolve("one/report.html")).exists();
        assertThat(out.resolve("two/tables/load.csv")).exists();
        assertThat(out.resolve("two/verdict.json")).exists();
        assertThat(out.resolve("compare.html")).isNotEmptyFile();
        assertThat(out.resolve("compare.json")).content().contains("\"has_experts\"");
        assertThat(out.resolve("tables/compare.csv")).content().contains("one,repetition_first,0,0.0,");
        assertThat(cli.out()).contains("Which of them has experts? one: ").contains("; two: ");
    }
}
