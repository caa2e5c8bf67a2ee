package moira.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import moira.engine.ModelOptions;
import moira.engine.Shared;
import moira.engine.kernel.KernelSets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same input is routed the same way, bit for bit, whatever the machine does meanwhile. */
class DeterminismTest {
    /** More than a block of the KV cache. */
    private static final int TOKENS = 140;
    /** By the number of tokens: computed once, with the defaults. */
    private static final Map<Integer, String> REFERENCES = new HashMap<>();

    private final Path model = Shared.path("reference-model/model-q8_0.gguf");
    private final Path golden = Shared.path("reference-model/golden-q8_0.safetensors");

    @ParameterizedTest
    @CsvSource({
        "vector, 2, 512, RESIDENT",
        "vector, 1, 512, RESIDENT",
        "vector, 2, 1, RESIDENT",
        "vector, 3, 7, RESIDENT",
        "vector, 2, 64, MAPPED",
        "vector, 2, 64, PACKED",
        "scalar, 2, 512, RESIDENT"
    })
    void threadsBatchesKernelsAndResidenceChangeNothing(String kernels, int threads, int batch, Residence residence)
            throws IOException {
        ModelOptions options =
                new ModelOptions(KernelSets.named(kernels), threads, batch, residence, Arithmetic.FLOAT, null, 0);
        assertThat(RoutingDigest.of(model, golden, options, TOKENS)).isEqualTo(reference(TOKENS));
    }

    @ParameterizedTest
    @CsvSource({"vector, 1, 512, PACKED", "vector, 2, 1, PACKED", "vector, 3, 7, PACKED", "scalar, 2, 512, PACKED"})
    void norDoTheyInEightBits(String kernels, int threads, int batch, Residence residence) throws IOException {
        ModelOptions options =
                new ModelOptions(KernelSets.named(kernels), threads, batch, residence, Arithmetic.INT8, null, 0);
        ModelOptions defaults =
                ModelOptions.defaults().withResidence(Residence.PACKED).withArithmetic(Arithmetic.INT8);
        String expected = RoutingDigest.of(model, golden, defaults, 40);
        assertThat(RoutingDigest.of(model, golden, options, 40)).isEqualTo(expected);
        assertThat(expected).isNotEqualTo(reference(40));
    }

    private String reference(int tokens) throws IOException {
        if (!REFERENCES.containsKey(tokens)) {
            REFERENCES.put(tokens, RoutingDigest.of(model, golden, ModelOptions.defaults(), tokens));
        }
        return REFERENCES.get(tokens);
    }

    @ParameterizedTest
    @CsvSource({"128", "256", "512"})
    void vectorWidthsAndAColdJvmChangeNothing(int bits) throws IOException, InterruptedException {
        assertThat(inFreshJvm(List.of("-Dmoira.vectorBits=" + bits), "vector", TOKENS))
                .isEqualTo(reference(TOKENS));
    }

    @Test
    void aJvmThatNeverCompilesChangesNothing() throws IOException, InterruptedException {
        assertThat(inFreshJvm(List.of("-Xint"), "vector", 3)).isEqualTo(reference(3));
        assertThat(inFreshJvm(List.of("-XX:TieredStopAtLevel=1"), "vector", 12)).isEqualTo(reference(12));
    }

    @Test
    void theDigestSeesADifference() throws IOException {
        assertThat(reference(TOKENS)).isNotEqualTo(reference(TOKENS - 1));
    }

    private String inFreshJvm(List<String> flags, String kernels, int tokens) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(flags);
        command.add(RoutingDigest.class.getName());
        command.addAll(List.of(model.toString(), golden.toString(), kernels, "2", "512", Integer.toString(tokens)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out.strip();
    }
}
