package moira.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Exit status 2 and one line for wrong arguments, 1 and one line for work that fails, help that helps. */
class ArgumentsTest {
    private static final String SAMPLES =
            Path.of(System.getProperty("moira.home"), "bundled", "samples").toString();

    private static final String MODEL = Path.of(System.getProperty("moira.home"), "bundled", "model-q8_0.gguf")
            .toString();

    static Stream<List<String>> wrongArguments() {
        return Stream.of(
                List.of(),
                List.of("divine"),
                List.of("trace"),
                List.of("trace", "--out"),
                List.of("report", "--nonsense"),
                List.of("report", "--max-tokens", "many"),
                List.of("report", "--weights", "attic"),
                List.of("generate"),
                List.of("analyze", "--out", "x"),
                List.of("convert", "x"),
                List.of("convert", "x", "y", "--threads", "some"),
                List.of("train", "--minutes", "1", "--out", "x"),
                List.of("train", "--corpus", "x", "--out", "x"));
    }

    @ParameterizedTest
    @MethodSource("wrongArguments")
    void wrongArgumentsAreStatusTwoAndOneLine(List<String> args) {
        Cli cli = Cli.run(args.toArray(String[]::new));
        assertThat(cli.status()).isEqualTo(2);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines()).hasSize(1);
        assertThat(cli.err()).startsWith("moira: ").contains("--help");
    }

    /** Each is told apart before a model is loaded, a corpus read or a file written. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "generate --top-p 7 text",
                "generate --temperature -1 text",
                "generate --kernels abacus text",
                "generate --threads 0 text",
                "generate --batch 0 text",
                "generate --max-tokens -1 text",
                "generate --stop= text",
                "trace --context 0 --out no/such/folder",
                "trace --max-tokens -3 --out no/such/folder",
                "report --bootstrap 0 --out no/such/folder",
                "report --bootstrap 2000000000 --out no/such/folder",
                "analyze --permutations 2000000000 no/such/trace --out no/such/folder",
                "analyze no/such/trace --out no/such/trace/analysis",
                "import --format npz --experts 2000000000 x.npz --out no/such/folder",
                "import --format npz --experts -1 x.npz --out no/such/folder",
                "import --format jsonl --experts-per-token 0 x.jsonl --out no/such/folder",
                "import --format npz --first-layer -1 x.npz --out no/such/folder",
                "import --format npz --first-layer 2147483647 x.npz --out no/such/folder",
                "bench --repeat 0",
                "bench --prompt-tokens 0",
                "synth --layers 0 --out no/such/model.gguf",
                "synth --layers 2000000000 --out no/such/model.gguf",
                "synth --like abacus --out no/such/model.gguf",
                "synth --format Q3_K --out no/such/model.gguf",
                "convert no/such/model no/such/model.gguf --format Q3_K",
                "convert no/such/model no/such/model.gguf --embedding IQ4_XS",
                "convert no/such/model no/such/model.gguf --threads 0",
                "convert no/such/model no/such/model.gguf --max-tokens -1",
                "train --corpus . --minutes 1 --width 30 --out no/such/folder",
                "train --corpus . --minutes 1 --top-k 9 --out no/such/folder",
                "train --corpus . --minutes 0 --out no/such/folder"
            })
    void valuesThatNoWorkCanBeDoneWithAreStatusTwoAndOneLine(String args) {
        Cli cli = Cli.run(args.split(" "));
        assertThat(cli.err().lines()).hasSize(1);
        assertThat(cli.err()).startsWith("moira: ").contains(": expected ", ", found ", "--help");
        assertThat(cli.status()).isEqualTo(2);
        assertThat(cli.out()).isEmpty();
    }

    @Test
    void whatIsMisspeltIsSuggested() {
        assertThat(Cli.run("reprot").err()).contains("perhaps ").contains("report");
        assertThat(Cli.run("generate", "--max-token", "3", "text").err()).contains("perhaps ", "--max-tokens");
    }

    /** Of all there is in the JVM an error of memory is the likeliest, and picocli hands errors through. */
    @Test
    void errorsAreOneLine() {
        StringWriter said = new StringWriter();
        CommandLine line = Main.commandLine("report").setErr(new PrintWriter(said, true));
        assertThat(Failures.handle(new OutOfMemoryError("Java heap space"), line, List.of()))
                .isEqualTo(1);
        assertThat(said.toString().lines()).hasSize(1);
        assertThat(said.toString()).contains("expected enough memory, found less: Java heap space", "-Xmx");
    }

    /** A mistake of ours, too, is a line: without names of classes, with an end, and without what would turn a terminal round. */
    @Test
    void mistakesAreOneLineInWords() {
        StringWriter said = new StringWriter();
        CommandLine line = Main.commandLine("report").setErr(new PrintWriter(said, true));
        for (Throwable mistake : List.of(
                new NullPointerException(),
                new IllegalStateException("java.lang.ClassCastException: a\nb \u202e" + "x".repeat(10_000)),
                new UncheckedIOException(new AccessDeniedException("/root")),
                new InternalError("a fault occurred in an unsafe memory access operation"))) {
            assertThat(Failures.handle(mistake, line, List.of())).isEqualTo(1);
        }
        assertThat(said.toString().lines()).hasSize(4).allMatch(text -> text.length() < 600);
        assertThat(said.toString())
                .doesNotContain("Exception", "null", "java.", "\u202e", "Error:")
                .contains("permission denied", "--verbose", "please report");
    }

    @Test
    void anOutputRemembersThatItCouldNotBeWritten() {
        CheckedOutput full = new CheckedOutput(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        });
        new PrintStream(full, true, StandardCharsets.UTF_8).println("a result");
        assertThat(full.failure()).hasMessage("No space left on device");
        assertThat(full.isNoLongerRead()).isFalse();
    }

    /** PyTorch's native half is not on this class path, as on that of every command but this one. */
    @Test
    void trainingWithoutItsNativesIsOneLine() {
        Cli cli = Cli.run("train", "--corpus", SAMPLES, "--minutes", "1", "--out", "no/such/folder");
        assertThat(cli.status()).isEqualTo(1);
        assertThat(cli.err().lines()).hasSize(1);
        assertThat(cli.err()).contains("expected PyTorch's native libraries for ", "./moira train fetches them");
    }

    /** Nor is oneDNN: without it everything runs, unless somebody insists. */
    @Test
    void anAcceleratorThatWasNotFetchedIsOneLine() {
        Cli cli = Cli.run("generate", "--kernels", "accelerated", "text");
        assertThat(cli.status()).isEqualTo(1);
        assertThat(cli.err().lines()).hasSize(1);
        assertThat(cli.err()).contains("kernels: expected oneDNN", "bin/fetch-onednn", "found none");
    }

    static Stream<List<String>> workThatFails() {
        return Stream.of(
                List.of("inspect", "no/such/model"),
                List.of("tokenize", "--decode", "4096"),
                List.of("tokenize", "--decode", "one"),
                List.of("analyze", "no/such/trace", "--out", "no/such/folder"),
                List.of("convert", "no/such/model", "no/such/model.gguf"),
                List.of("convert", MODEL, "no/such/model.gguf"),
                List.of("convert", MODEL, "no/such/model.gguf", "--format", "Q4_K"),
                List.of("convert", MODEL, "no/such/model.gguf", "--compare", "no/such/corpus"),
                List.of("bench", "--prompt-tokens", "500", "--generate-tokens", "500"),
                List.of("train", "--corpus", "no/such/corpus", "--minutes", "1", "--out", "no/such/folder"));
    }

    @ParameterizedTest
    @MethodSource("workThatFails")
    void workThatFailsIsStatusOneAndOneLine(List<String> args) {
        Cli cli = Cli.run(args.toArray(String[]::new));
        assertThat(cli.status()).isEqualTo(1);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines().filter(line -> line.startsWith("moira: "))).hasSize(1);
        assertThat(cli.err()).contains("expected").doesNotContain("\tat ");
    }

    @Test
    void verboseShowsTheStack() {
        assertThat(Cli.run("inspect", "--verbose", "no/such/model").err()).contains("\tat moira.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "report",
                "trace",
                "analyze",
                "import",
                "generate",
                "chat",
                "tokenize",
                "inspect",
                "convert",
                "bench",
                "synth",
                "train"
            })
    void everyCommandHasHelpWithAnExample(String command) {
        Cli cli = Cli.run(command, "--help");
        assertThat(cli.status()).isZero();
        assertThat(cli.out()).contains("Usage: moira " + command, "Example", "moira " + command + " ");
        assertThat(Cli.run("--help").out()).contains(command);
    }
}
