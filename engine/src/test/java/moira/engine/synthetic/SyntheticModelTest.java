package moira.engine.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import moira.engine.Model;
import moira.engine.ModelOptions;
import moira.engine.MoiraException;
import moira.engine.bench.SpeedTest;
import moira.engine.checkpoint.GgufOutput;
import moira.engine.decoder.Arithmetic;
import moira.engine.decoder.Residence;
import moira.engine.tensor.TensorFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntheticModelTest {
    private static final Shape TINY = Shape.mixtral("tiny", 256, 8, 4, 2, 64, 512, 8, 2, 300, 128);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "Q4_0, INT8",
        "Q8_0, INT8",
        "Q4_K, INT8",
        "Q5_K, INT8",
        "Q6_K, INT8",
        "MXFP4, INT8",
        "MXFP4, FLOAT",
        "Q4_K_M, INT8",
        "Q4_K_M, FLOAT",
        "F16, FLOAT",
        "BF16, FLOAT",
        "F32, FLOAT"
    })
    void runsAndUsesItsExperts(String format, Arithmetic arithmetic) throws IOException {
        Path file = folder.resolve("tiny.gguf");
        AtomicLong written = new AtomicLong();
        SyntheticModel.write(TINY, format, file, written::addAndGet);
        assertThat(Files.size(file)).isGreaterThan(SyntheticModel.bytes(TINY, format));
        assertThat(written.get()).isPositive().isLessThanOrEqualTo(SyntheticModel.bytes(TINY, format));
        ModelOptions options =
                ModelOptions.defaults().withResidence(Residence.PACKED).withArithmetic(arithmetic);
        try (Model model = Model.load(file, options)) {
            assertThat(model.arithmetic()).isEqualTo(arithmetic);
            for (float logit : model.newSession().logits(1, 2, 3, 299)) {
                assertThat(logit).isFinite();
            }
            SpeedTest.Result result = SpeedTest.run(model, 100, 4, 1, 1, () -> {});
            // Of 64 pairs; a router that a bias had taken over would use 16.
            assertThat(result.distinctExperts()).isGreaterThan(48);
            assertThat(result.decodeBytesPerSecond()).isPositive();
            assertThat(result.observedPrefillTokensPerSecond()).isPositive();
            assertThat(result.answer()).hasSize(5);
        }
    }

    @Test
    void anUnknownFormatOrModelIsNamed() {
        assertThatThrownBy(() -> SyntheticModel.bytes(TINY, "Q9_9"))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("Q9_9");
        assertThatThrownBy(() -> SyntheticModel.bytes(TINY, "IQ4_NL")).hasMessageContaining("IQ4_NL");
        assertThatThrownBy(() -> Shape.like("gpt-2", 2)).hasMessageContaining("gpt-2");
    }

    @Test
    void benchRefusesWhatDoesNotFitTheContext() {
        Path file = folder.resolve("tiny.gguf");
        SyntheticModel.write(TINY, "Q8_0", file, bytes -> {});
        try (Model model = Model.load(file)) {
            assertThatThrownBy(() -> SpeedTest.run(model, 128, 1, 1, 1, () -> {}))
                    .hasMessageContaining("128");
            assertThatThrownBy(() -> SpeedTest.run(model, 1, 1, 1, 0, () -> {})).isInstanceOf(MoiraException.class);
        }
    }

    @Test
    void aTensorThatStreamsTooLittleLeavesNoFile() {
        Path file = folder.resolve("short.gguf");
        GgufOutput output = new GgufOutput()
                .put("general.architecture", "llama")
                .tensor("t", TensorFormat.F32, List.of(8L), out -> out.write(new byte[31]));
        assertThatThrownBy(() -> output.write(file))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("31");
        assertThat(folder).isEmptyDirectory();
    }
}
