package moira.engine.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import moira.engine.MoiraException;
import moira.engine.Shared;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.Checkpoints;
import moira.engine.checkpoint.FormatMix;
import moira.engine.checkpoint.TinyModel;
import moira.engine.synthetic.Shape;
import moira.engine.synthetic.SyntheticModel;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversionTest {
    private static final Shape SMALL = Shape.mixtral("small", 256, 4, 4, 2, 64, 256, 4, 2, 300, 128);

    @TempDir
    private Path folder;

    /** A Q8_0 file of the same folder, made by another program: the same metadata, names and shapes, hardly another value. */
    @Test
    void theReferenceModelBecomesTheReferencesFile() {
        Path out = folder.resolve("out.gguf");
        convert(Shared.path("reference-model"), "Q8_0", out);
        try (Checkpoint ours = Checkpoints.open(out);
                Checkpoint theirs = Checkpoints.open(Shared.path("reference-model/model-q8_0.gguf"))) {
            assertThat(ours.architecture()).isEqualTo(theirs.architecture());
            assertThat(ours.ggufMetadata()).usingRecursiveComparison().isEqualTo(theirs.ggufMetadata());
            Map<String, Tensor> found = byName(ours);
            assertThat(found.keySet())
                    .containsExactlyInAnyOrderElementsOf(byName(theirs).keySet());
            theirs.tensors().forEach(expected -> assertNear(expected, found.get(expected.name())));
        }
    }

    /** A value may be rounded the other way, since the scales are rounded at another time: one step, and seldom. */
    private static void assertNear(Tensor expected, Tensor found) {
        assertThat(found.format()).isEqualTo(expected.format());
        assertThat(found.shape()).isEqualTo(expected.shape());
        float[] values = expected.toFloats();
        float[] others = found.toFloats();
        int different = 0;
        float mostSteps = 0;
        for (int block = 0; block < values.length; block += 32) {
            float peak = 0;
            for (int i = block; i < block + 32; i++) {
                peak = Math.max(peak, Math.abs(values[i]));
            }
            for (int i = block; i < block + 32; i++) {
                mostSteps = Math.max(mostSteps, Math.abs(values[i] - others[i]) * 127 / peak);
                different += values[i] == others[i] ? 0 : 1;
            }
        }
        assertThat(mostSteps).as(expected.name()).isLessThan(found.format() == TensorFormat.F32 ? 1e-30f : 1.01f);
        assertThat(different).as(expected.name()).isLessThan(Math.max(1, values.length / 50));
    }

    @ParameterizedTest
    @CsvSource({"Q4_K_M", "Q8_0", "F32"})
    void whatHasTheFormatAlreadyIsCopied(String format) throws IOException {
        Path source = folder.resolve("source.gguf");
        SyntheticModel.write(SMALL, format, source, bytes -> {});
        Path out = folder.resolve("out.gguf");
        ConversionReport report = convert(source, format, out);
        assertThat(report.all().squaredError()).isZero();
        assertThat(report.fileBytes()).isEqualTo(Files.size(out));
        try (Checkpoint before = Checkpoints.open(source);
                Checkpoint after = Checkpoints.open(out)) {
            assertThat(after.fingerprint()).isEqualTo(before.fingerprint());
            assertThat(after.architecture()).isEqualTo(before.architecture());
            assertThat(after.ggufMetadata()).usingRecursiveComparison().isEqualTo(before.ggufMetadata());
            Map<String, Tensor> found = byName(after);
            before.tensors()
                    .forEach(
                            tensor -> assertThat(found.get(tensor.name()).data().mismatch(tensor.data()))
                                    .isEqualTo(-1));
        }
    }

    @Test
    void theFileIsTheSameForAnyNumberOfThreadsAndItsErrorsAreThoseOfPlainSums() throws IOException {
        Path source = folder.resolve("source.gguf");
        SyntheticModel.write(SMALL, "F32", source, bytes -> {});
        AtomicLong written = new AtomicLong();
        Path one = folder.resolve("one.gguf");
        Path three = folder.resolve("three.gguf");
        ConversionReport report;
        try (Checkpoint checkpoint = Checkpoints.open(source)) {
            Conversion conversion = new Conversion(checkpoint, FormatMix.named("Q4_K_M"));
            report = conversion.write(one, false, 1, written::addAndGet);
            assertThat(written.get())
                    .isEqualTo(conversion.bytes())
                    .isEqualTo(report.all().bytes());
            assertThat(conversion.write(three, false, 3, bytes -> {})).isEqualTo(report);
        }
        assertThat(Files.mismatch(one, three)).isEqualTo(-1);
        try (Checkpoint before = Checkpoints.open(source);
                Checkpoint after = Checkpoints.open(one)) {
            for (ConversionReport.Kind kind : report.kinds()) {
                assertThat(kind.squaredError())
                        .as(kind.toString())
                        .isCloseTo(squaredError(kind, before, after), Percentage.withPercentage(1e-6));
            }
        }
    }

    private static double squaredError(ConversionReport.Kind kind, Checkpoint before, Checkpoint after) {
        Map<String, Tensor> found = byName(after);
        double sum = 0;
        for (Tensor tensor : before.tensors()) {
            Tensor other = found.get(tensor.name());
            boolean ofKind = ("." + tensor.name()).endsWith("." + kind.name() + ".weight");
            if (!ofKind || !other.format().name().equals(kind.format())) {
                continue;
            }
            float[] values = tensor.toFloats();
            float[] others = other.toFloats();
            for (int i = 0; i < values.length; i++) {
                sum += Math.pow((double) values[i] - others[i], 2);
            }
        }
        return sum;
    }

    /** Without tokens for the last rows of the embedding, llama.cpp would not load the file. */
    @Test
    void rowsWithoutATokenGetOne() {
        Map<String, Object> metadata = new LinkedHashMap<>(Map.of(
                "tokenizer.ggml.tokens", new String[] {"<unk>", "a"},
                "tokenizer.ggml.scores", new float[] {0, -1},
                "tokenizer.ggml.token_type", new int[] {2, 1}));
        PaddedVocabulary.pad(metadata, 4);
        assertThat((String[]) metadata.get("tokenizer.ggml.tokens")).containsExactly("<unk>", "a", "[PAD2]", "[PAD3]");
        assertThat((float[]) metadata.get("tokenizer.ggml.scores")).hasSize(4);
        assertThat((int[]) metadata.get("tokenizer.ggml.token_type")).containsExactly(2, 1, 5, 5);
    }

    @Test
    void tiedWeightsAreWrittenOnce() throws IOException {
        byte[] tied = TinyModel.tied().bytes();
        Path source = Files.write(folder.resolve("tied.gguf"), tied);
        Path out = folder.resolve("out.gguf");
        convert(source, "F16", out);
        try (Checkpoint checkpoint = Checkpoints.open(out)) {
            assertThat(byName(checkpoint)).doesNotContainKey("output.weight");
            assertThat(checkpoint.weights().output())
                    .isEqualTo(checkpoint.weights().embedding());
        }
    }

    @Test
    void rowsThatAreNoWholeBlocksAreRefusedBeforeAnythingIsWritten() throws IOException {
        Path tiny = Files.write(folder.resolve("tiny.gguf"), TinyModel.gguf().bytes());
        assertRefused(
                tiny, "Q4_K", "token_embd.weight", "256 values for Q4_K", "rows of 8; --format F16 or BF16 would do");
        assertRefused(tiny, "Q8_0", "32 values for Q8_0", "rows of 8");
        Path reference = Shared.path("reference-model");
        assertRefused(reference, "Q6_K", "rows of 192; --format Q8_0 or Q4_0 would do");
    }

    @ParameterizedTest
    @CsvSource({"NaN, F16, a finite number", "-Infinity, F32, a finite number", "1e6, F16, that F16 can hold"})
    void valuesThatAreLostAreRefused(float value, String format, String expected) throws IOException {
        byte[] bytes = TinyModel.gguf().bytes();
        // The last tensor is output.weight, 5 rows of 8 floats: five times 32 bytes, so that no padding follows.
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - Float.BYTES, value);
        Path broken = Files.write(folder.resolve("broken.gguf"), bytes);
        assertRefused(broken, format, "tensor output.weight, row 4, column 7", expected);
    }

    @Test
    void aFileOfThatNameStaysUnlessItMayBeReplaced() throws IOException {
        Path tiny = Files.write(folder.resolve("tiny.gguf"), TinyModel.gguf().bytes());
        Path out = Files.writeString(folder.resolve("out.gguf"), "precious");
        assertThatThrownBy(() -> convert(tiny, "F16", out))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("--overwrite");
        assertThat(out).hasContent("precious");
        try (Checkpoint checkpoint = Checkpoints.open(tiny)) {
            Conversion conversion = new Conversion(checkpoint, FormatMix.named("F16"));
            conversion.write(out, true, 1, bytes -> {});
            assertThatThrownBy(() -> conversion.write(folder, true, 1, bytes -> {}))
                    .hasMessageContaining("something else");
            assertThatThrownBy(() -> conversion.write(folder.resolve("no/such.gguf"), true, 1, bytes -> {}))
                    .hasMessageContaining("a folder for the file");
        }
        try (Checkpoint checkpoint = Checkpoints.open(out)) {
            assertThat(checkpoint.weights().output().format()).isEqualTo(TensorFormat.F16);
        }
    }

    private void assertRefused(Path source, String format, String... words) throws IOException {
        Path out = folder.resolve("refused.gguf");
        assertThatThrownBy(() -> convert(source, format, out))
                .isInstanceOf(MoiraException.class)
                .hasMessageContainingAll(words);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).noneMatch(file -> file.toString().contains("refused"));
        }
    }

    private static ConversionReport convert(Path source, String format, Path out) {
        try (Checkpoint checkpoint = Checkpoints.open(source)) {
            return new Conversion(checkpoint, FormatMix.named(format)).write(out, false, 2, bytes -> {});
        }
    }

    private static Map<String, Tensor> byName(Checkpoint checkpoint) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        checkpoint.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
        return tensors;
    }
}
