package moira.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import moira.engine.Families;
import moira.engine.ModelOptions;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.Checkpoints;
import moira.engine.checkpoint.FormatMix;
import moira.engine.checkpoint.MistralFolder;
import moira.engine.conversion.Conversion;
import moira.engine.kernel.KernelSets;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small models of every family against the transformers library: routing, hidden states, logits, text. */
class FamilyGoldenTest {
    private static final float TOLERANCE = 1e-4f;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("moira.engine.Families#all")
    void foldersAgree(String family) throws IOException {
        Path model = Families.path(family);
        for (String kernels : List.of("vector", "scalar")) {
            compare(model, family, kernels);
        }
    }

    /** What the words of older checkpoints describe is the same. */
    @ParameterizedTest
    @MethodSource("moira.engine.Families#all")
    void olderWordsMeanTheSame(String family) throws IOException {
        Path model = Families.path(family);
        Path older = folder.resolve("older");
        Files.createDirectories(older);
        try (Stream<Path> files = Files.list(model)) {
            for (Path file : files.toList()) {
                Files.createSymbolicLink(older.resolve(file.getFileName()), file);
            }
        }
        Files.delete(older.resolve("config.json"));
        Files.copy(model.resolve("config.hub.json"), older.resolve("config.json"));
        try (Checkpoint one = Checkpoints.open(model);
                Checkpoint other = Checkpoints.open(older)) {
            assertThat(other.architecture()).isEqualTo(one.architecture());
        }
    }

    @ParameterizedTest
    @MethodSource("moira.engine.Families#all")
    void convertedFilesAgree(String family) throws IOException {
        Path file = folder.resolve(family + ".gguf");
        try (Checkpoint source = Checkpoints.open(Families.path(family))) {
            new Conversion(source, FormatMix.named("F32")).write(file, false, 2, bytes -> {});
        }
        compare(file, family, "vector");
    }

    /** Mistral's own names and order of rows, beside a config without weights of Hugging Face's. */
    @ParameterizedTest
    @ValueSource(strings = {"mixtral", "mistral"})
    void mistralsLayoutAgrees(String family) throws IOException {
        MistralFolder.write(Families.path(family), folder);
        compare(folder, family, "vector");
        Files.copy(Families.path(family).resolve("config.json"), folder.resolve("config.json"));
        compare(folder.resolve("consolidated.safetensors"), family, "vector");
    }

    private static void compare(Path model, String family, String kernels) throws IOException {
        FamilyGolden golden = new FamilyGolden(Families.path(family).resolve("golden.safetensors"));
        ModelOptions options =
                ModelOptions.defaults().withKernels(KernelSets.named(kernels)).withThreads(2);
        try (Checkpoint checkpoint = Checkpoints.open(model)) {
            FamilyComparison found = FamilyComparison.of(checkpoint, golden, options);
            System.out.println("golden " + model.getFileName() + ", " + kernels + " kernels: " + found);
            assertThat(found.decisions)
                    .isEqualTo(checkpoint.architecture().routedLayers().size()
                            * FamilyGolden.SEQUENCES
                            * FamilyGolden.TOKENS);
            assertThat(found.setDiffers).isZero();
            if (found.keepsOrder()) {
                assertThat(found.orderDiffers).isZero();
            }
            assertThat(found.worstWeight).isLessThan(TOLERANCE);
            assertThat(found.worstRouterLogit).isLessThan(TOLERANCE);
            assertThat(found.worstHidden).isLessThan(TOLERANCE);
            assertThat(found.worstLogit).isLessThan(TOLERANCE);
            assertThat(found.greedyDiffers).containsOnly(0);
        }
    }
}
