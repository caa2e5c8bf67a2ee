package moira.engine.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import moira.engine.Model;
import moira.engine.ModelOptions;
import moira.engine.MoiraException;
import moira.engine.Session;
import moira.engine.Shared;
import moira.engine.architecture.Architectures;
import moira.engine.architecture.Weights;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.Checkpoints;
import moira.engine.checkpoint.FormatMix;
import moira.engine.decoder.Arithmetic;
import moira.engine.decoder.Residence;
import moira.engine.kernel.Packing;
import moira.engine.matrix.PackedMatrix;
import moira.engine.synthetic.Shape;
import moira.engine.synthetic.SyntheticModel;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is packed in a file is what is packed at load. */
class PackedFileTest {
    private static final Shape SMALL = Shape.mixtral("small", 256, 3, 4, 2, 64, 256, 4, 2, 300, 128);

    /** Rows of experts that are no whole blocks, and more experts. */
    private static final Shape ODD = Shape.mixtral("odd", 96, 2, 3, 1, 32, 160, 5, 2, 301, 128);

    private static final int NEW_TOKENS = 12;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K", "Q4_K_M"})
    void runsAsTheFileThatItWasMadeFrom(String format) {
        assertRunsTheSame(synthetic(SMALL, format));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Q4_0", "Q8_0"})
    void soItDoesWhereRowsAreNoWholeBlocks(String format) {
        assertRunsTheSame(synthetic(ODD, format));
    }

    @Test
    void soItDoesWithTrainedWeights() {
        assertRunsTheSame(Shared.path("reference-model/model-q8_0.gguf"));
    }

    private void assertRunsTheSame(Path source) {
        Path packed = packed(source, FormatMix.KEPT, 2);
        for (Arithmetic arithmetic : List.of(Arithmetic.INT8, Arithmetic.FLOAT)) {
            List<String> expected = run(source, Residence.PACKED, arithmetic);
            assertThat(run(packed, Residence.AUTO, arithmetic)).isEqualTo(expected);
            assertThat(run(packed, Residence.MAPPED, arithmetic)).isEqualTo(expected);
        }
        assertThat(run(packed, Residence.AUTO, Arithmetic.INT8))
                .isNotEqualTo(run(packed, Residence.AUTO, Arithmetic.FLOAT));
    }

    /** Greedy tokens, and the bits of all that is routed and of all logits on the way. */
    private static List<String> run(Path file, Residence residence, Arithmetic arithmetic) {
        ModelOptions options = ModelOptions.defaults().withResidence(residence).withArithmetic(arithmetic);
        List<String> seen = new ArrayList<>();
        try (Model model = Model.load(file, options)) {
            assertThat(model.arithmetic()).isEqualTo(arithmetic);
            Session session = model.newSession();
            session.observe((layer, position, tokens, experts, weights, probabilities) -> seen.add(layer + " "
                    + Arrays.toString(experts) + Arrays.toString(weights) + Arrays.toString(probabilities)));
            float[] logits = session.logits(1, 44, 7, 299, 260, 21, 5);
            for (int i = 0; i < NEW_TOKENS; i++) {
                seen.add(Arrays.toString(logits));
                logits = session.logits(greatest(logits));
            }
        }
        return seen;
    }

    private static int greatest(float[] logits) {
        int greatest = 0;
        for (int i = 1; i < logits.length; i++) {
            greatest = logits[i] > logits[greatest] ? i : greatest;
        }
        return greatest;
    }

    @Test
    void holdsWhatPackingInMemoryMakes() {
        Path source = synthetic(ODD, "Q4_0");
        try (Checkpoint rows = Checkpoints.open(source);
                Checkpoint packed = Checkpoints.open(packed(source, FormatMix.KEPT, 2));
                Arena memory = Arena.ofConfined()) {
            assertThat(packed.format()).isEqualTo("GGUF v3, packed");
            assertThat(packed.architecture()).isEqualTo(rows.architecture());
            assertThat(packed.ggufMetadata())
                    .usingRecursiveComparison()
                    .ignoringFields("moira.packed.Q4_0")
                    .isEqualTo(rows.ggufMetadata());
            List<Tensor> expected = rows.weights().matrices().toList();
            List<Tensor> found = packed.weights().matrices().toList();
            assertThat(found).hasSameSizeAs(expected);
            for (int i = 0; i < found.size(); i++) {
                Tensor tensor = expected.get(i);
                boolean packs = Packing.of(tensor.format()) != null;
                assertThat(found.get(i).packed()).isEqualTo(packs);
                MemorySegment bytes = packs ? inMemory(tensor, memory) : tensor.data();
                assertThat(found.get(i).data().mismatch(bytes))
                        .as(tensor.name())
                        .isEqualTo(-1);
                assertThat(found.get(i).data().address() % (packs ? 64 : 1)).isZero();
            }
        }
    }

    private static MemorySegment inMemory(Tensor tensor, Arena memory) {
        MemorySegment groups = memory.allocate(PackedMatrix.bytes(tensor), 64);
        PackedMatrix matrix = new PackedMatrix(tensor, groups);
        for (int block = 0; block < matrix.blocks(); block++) {
            matrix.pack(tensor, block);
        }
        return groups;
    }

    @Test
    void quantisesAndPacksInOneGo() throws IOException {
        Path floats = synthetic(SMALL, "F32");
        Path once = packed(floats, FormatMix.named("Q4_K_M"), 1);
        Path quantised = folder.resolve("quantised.gguf");
        convert(floats, FormatMix.named("Q4_K_M"), false, 2, quantised);
        Path twice = packed(quantised, FormatMix.named("Q4_K_M"), 3);
        assertThat(Files.mismatch(once, twice)).isEqualTo(-1);
    }

    @Test
    void itsReportCountsTheBytesThatAreThere() throws IOException {
        Path source = synthetic(ODD, "Q8_0");
        Path out = folder.resolve("packed.gguf");
        ConversionReport report = convert(source, FormatMix.KEPT, true, 2, out);
        assertThat(report.fileBytes()).isEqualTo(Files.size(out));
        assertThat(report.all().squaredError()).isZero();
        try (Checkpoint packed = Checkpoints.open(out)) {
            long bytes = packed.tensors().stream()
                    .mapToLong(tensor -> tensor.data().byteSize())
                    .sum();
            assertThat(report.all().bytes()).isEqualTo(bytes);
        }
    }

    /** The embedding is read by rows, so its packed form stands beside it. */
    @Test
    void tiedWeightsAreWrittenTwice() {
        try (Checkpoint source = Checkpoints.open(synthetic(SMALL, "Q8_0"))) {
            Weights own = source.weights();
            Weights tied = Architectures.withOutput(own, own.embedding());
            assertThat(Plan.of(source.architecture(), tied, FormatMix.KEPT, true).stream()
                            .filter(tensor -> tensor.name().startsWith("token_embd")
                                    || tensor.name().startsWith("output.")))
                    .extracting(tensor -> tensor.name() + " " + tensor.packed())
                    .containsExactly("token_embd.weight false", "output.weight true");
        }
    }

    /** Formats that are neither packed nor written stay what they are. */
    @Test
    void theEmbeddingMayHaveAnotherFormat() {
        Path packed = packed(synthetic(SMALL, "Q8_0"), FormatMix.KEPT.withEmbedding("F16"), 2);
        try (Checkpoint checkpoint = Checkpoints.open(packed)) {
            assertThat(checkpoint.weights().embedding().format()).isEqualTo(TensorFormat.F16);
            assertThat(checkpoint.weights().output().format()).isEqualTo(TensorFormat.Q8_0);
        }
    }

    @Test
    void whatCannotBePackedIsRefused() throws IOException {
        assertThatThrownBy(() -> packed(synthetic(SMALL, "BF16"), FormatMix.KEPT, 1))
                .isInstanceOf(MoiraException.class)
                .hasMessageContainingAll(
                        "Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, MXFP4", "Q4_K, Q5_K, Q6_K", "--format Q4_0", "found BF16");
        Path packed = packed(synthetic(SMALL, "Q8_0"), FormatMix.KEPT, 1);
        assertThatThrownBy(() -> convert(packed, FormatMix.KEPT, true, 1, folder.resolve("again.gguf")))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("found packed weights; convert the file that they were made from");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void floatsOfAPackedFileAreRefused() {
        Path packed = packed(synthetic(SMALL, "Q8_0"), FormatMix.KEPT, 1);
        ModelOptions resident = ModelOptions.defaults().withResidence(Residence.RESIDENT);
        assertThatThrownBy(() -> Model.load(packed, resident))
                .isInstanceOf(MoiraException.class)
                .hasMessage("--weights: expected auto, packed or mapped for a packed file, found resident");
        try (Checkpoint checkpoint = Checkpoints.open(packed)) {
            Tensor output = checkpoint.weights().output();
            assertThatThrownBy(() -> output.row(0, new float[256], 0)).isInstanceOf(MoiraException.class);
            assertThatThrownBy(output::toFloats).isInstanceOf(MoiraException.class);
        }
    }

    private Path synthetic(Shape shape, String format) {
        Path file = folder.resolve(shape.name() + "-" + format + ".gguf");
        SyntheticModel.write(shape, format, file, bytes -> {});
        return file;
    }

    private Path packed(Path source, FormatMix mix, int threads) {
        Path out = folder.resolve("packed-" + threads + ".gguf");
        convert(source, mix, true, threads, out);
        return out;
    }

    private static ConversionReport convert(Path source, FormatMix mix, boolean packed, int threads, Path out) {
        try (Checkpoint checkpoint = Checkpoints.open(source)) {
            return new Conversion(checkpoint, mix, packed).write(out, false, threads, bytes -> {});
        }
    }
}
