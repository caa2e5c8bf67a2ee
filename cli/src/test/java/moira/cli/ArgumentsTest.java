package moira.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                List.of("generate", "--top-p", "7", "text"),
                List.of("generate", "--kernels", "abacus", "text"),
                List.of("analyze", "no/such/trace", "--out", "no/such/folder"),
                List.of("convert", "no/such/model", "no/such/model.gguf"),
                List.of("convert", MODEL, "no/such/model.gguf"),
                List.of("convert", MODEL, "no/such/model.gguf", "--format", "Q3_K"),
                List.of("convert", MODEL, "no/such/model.gguf", "--format", "Q4_K"),
                List.of("convert", MODEL, "no/such/model.gguf", "--embedding", "IQ4_XS"),
                List.of("convert", MODEL, "no/such/model.gguf", "--threads", "0"),
                List.of("convert", MODEL, "no/such/model.gguf", "--compare", "no/such/corpus"),
                List.of("train", "--corpus", "no/such/corpus", "--minutes", "1", "--out", "no/such/folder"),
                List.of("train", "--corpus", SAMPLES, "--minutes", "1", "--width", "30", "--out", "no/such/folder"),
                List.of("train", "--corpus", SAMPLES, "--minutes", "1", "--top-k", "9", "--out", "no/such/folder"),
                List.of("train", "--corpus", SAMPLES, "--minutes", "0", "--out", "no/such/folder"));
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
