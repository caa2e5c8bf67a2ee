package moira.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import moira.accelerate.Found;
import moira.engine.Model;
import moira.engine.ModelOptions;
import moira.engine.Session;
import moira.engine.Shared;
import moira.engine.kernel.Accelerator;
import moira.engine.kernel.KernelSets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The decoder with prompts in bfloat16 against the independent PyTorch implementation, as near as 8 bits have to be. */
class AcceleratedGoldenTest {
    @ParameterizedTest
    @EnumSource(
            value = Residence.class,
            names = {"RESIDENT", "PACKED"})
    void agreesNearly(Residence residence) throws IOException {
        Golden golden = new Golden(Shared.path("reference-model/golden-q8_0.safetensors"));
        try (Model model = load(residence, 2, Found.accelerator())) {
            assertThat(model.arithmetic())
                    .isEqualTo(residence == Residence.PACKED ? Arithmetic.BFLOAT16_INT8 : Arithmetic.BFLOAT16);
            assertThat(model.runsWith()).contains("oneDNN");
            Comparison comparison = new Comparison(model.architecture().depth());
            Session session = model.newSession();
            session.observe(comparison);
            for (int document = 0; document < golden.documents(); document++) {
                comparison.start(golden, document);
                session.reset();
                comparison.logProbabilities(session.logProbabilities(golden.tokens(document)));
            }
            System.out.printf("golden q8_0, %s, prompts in bfloat16: %s%n", residence, comparison);
            assertThat(comparison.setDiffers).isPositive().isLessThanOrEqualTo(comparison.decisions / 100);
            assertThat(comparison.meanLogProbability()).isLessThan(0.02);
        }
    }

    @Test
    void threadsChangeNothing() throws IOException {
        Golden golden = new Golden(Shared.path("reference-model/golden-q8_0.safetensors"));
        int[] tokens = golden.tokens(0);
        float[] expected;
        try (Model model = load(Residence.PACKED, 1, Found.accelerator())) {
            expected = model.newSession().logProbabilities(tokens);
        }
        try (Model model = load(Residence.PACKED, 3, Found.accelerator())) {
            assertThat(model.newSession().logProbabilities(tokens)).isEqualTo(expected);
        }
        try (Model model = load(Residence.PACKED, 1, null)) {
            assertThat(model.newSession().logProbabilities(tokens)).isNotEqualTo(expected);
        }
    }

    private static Model load(Residence residence, int threads, Accelerator accelerator) {
        ModelOptions options = ModelOptions.defaults()
                .withKernels(KernelSets.named("vector"))
                .withThreads(threads)
                .withResidence(residence)
                .withArithmetic(Arithmetic.INT8)
                .withAccelerator(accelerator);
        return Model.load(Shared.path("reference-model/model-q8_0.gguf"), options);
    }
}
