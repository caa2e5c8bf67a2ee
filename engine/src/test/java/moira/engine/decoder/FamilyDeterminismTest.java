package moira.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import moira.engine.Families;
import moira.engine.ModelOptions;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.Checkpoints;
import moira.engine.checkpoint.FormatMix;
import moira.engine.conversion.Conversion;
import moira.engine.kernel.KernelSets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every family is routed the same way, bit for bit, whatever the machine does meanwhile. */
class FamilyDeterminismTest {
    /** Of a sequence: few enough for a JVM that never compiles. */
    private static final int TOKENS = 40;

    @TempDir
    private Path folder;

    /** A digest of each family, as {@code MODEL KERNELS TOKENS} in a JVM of its own prints it. */
    public static void main(String[] args) throws IOException {
        ModelOptions options = ModelOptions.defaults().withKernels(KernelSets.named(args[0]));
        for (String family : Families.here()) {
            System.out.println(family + " " + RoutingDigest.of(Families.path(family), documents(family), options));
        }
    }

    private static int[][] documents(String family) throws IOException {
        FamilyGolden golden = new FamilyGolden(Families.path(family).resolve("golden.safetensors"));
        int[][] documents = new int[FamilyGolden.SEQUENCES][];
        for (int s = 0; s < documents.length; s++) {
            documents[s] = Arrays.copyOf(golden.ints("tokens", s), TOKENS);
        }
        return documents;
    }

    @ParameterizedTest
    @MethodSource("moira.engine.Families#here")
    void threadsBatchesKernelsAndResidenceChangeNothing(String family) throws IOException {
        Path model = Families.path(family);
        int[][] documents = documents(family);
        ModelOptions defaults = ModelOptions.defaults();
        String expected = RoutingDigest.of(model, documents, defaults);
        for (ModelOptions other : List.of(
                defaults.withThreads(1),
                defaults.withThreads(3).withBatch(7),
                defaults.withBatch(1),
                defaults.withKernels(KernelSets.named("scalar")),
                defaults.withResidence(Residence.MAPPED).withBatch(16))) {
            assertThat(RoutingDigest.of(model, documents, other)).isEqualTo(expected);
        }
        int[][] others = documents.clone();
        others[0] = documents[1];
        assertThat(RoutingDigest.of(model, others, defaults)).isNotEqualTo(expected);
    }

    /** Quantised and with activations in 8 bits; families whose rows are no whole blocks of 32 have no such file. */
    @ParameterizedTest
    @MethodSource("moira.engine.Families#here")
    void norDoTheyInEightBits(String family) throws IOException {
        Path file = folder.resolve("q8.gguf");
        try (Checkpoint source = Checkpoints.open(Families.path(family))) {
            if (source.weights().matrices().anyMatch(matrix -> matrix.columns() % 32 != 0)) {
                return;
            }
            new Conversion(source, FormatMix.named("Q8_0")).write(file, false, 2, bytes -> {});
        }
        int[][] documents = documents(family);
        ModelOptions defaults =
                ModelOptions.defaults().withResidence(Residence.PACKED).withArithmetic(Arithmetic.INT8);
        String expected = RoutingDigest.of(file, documents, defaults);
        for (ModelOptions other : List.of(
                defaults.withThreads(1).withBatch(1),
                defaults.withThreads(3).withBatch(7),
                defaults.withKernels(KernelSets.named("scalar")))) {
            assertThat(RoutingDigest.of(file, documents, other)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Dmoira.vectorBits=128", "-Dmoira.vectorBits=256", "-XX:TieredStopAtLevel=1"})
    void vectorWidthsAndAColdJvmChangeNothing(String flag) throws IOException, InterruptedException {
        Set<String> expected = new HashSet<>();
        for (String family : Families.here()) {
            String digest = RoutingDigest.of(Families.path(family), documents(family), ModelOptions.defaults());
            expected.add(family + " " + digest);
        }
        assertThat(inFreshJvm(flag)).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static List<String> inFreshJvm(String flag) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Dmoira.home=" + System.getProperty("moira.home", "."),
                "-Dmoira.shared=" + System.getProperty("moira.shared", ""),
                "-cp",
                System.getProperty("java.class.path")));
        command.add(flag);
        command.add(FamilyDeterminismTest.class.getName());
        command.add("vector");
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out.strip().lines().toList();
    }

    /** Those that the project brings are enough for what needs no more. */
    @Test
    void someFamiliesAreAlwaysHere() {
        assertThat(Families.here()).contains("mixtral", "olmoe", "deepseek-v3", "gpt-oss-mxfp4");
    }
}
