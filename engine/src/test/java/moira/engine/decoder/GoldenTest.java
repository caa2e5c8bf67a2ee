package moira.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import moira.engine.Model;
import moira.engine.ModelOptions;
import moira.engine.Session;
import moira.engine.Shared;
import moira.engine.kernel.KernelSets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The decoder against an independent PyTorch implementation: routing, weights, probabilities, log-probabilities, text. */
class GoldenTest {
    /** Decisions that may differ: 0.01 % of them, where two experts are as good as equal. */
    private static final double MAY_DIFFER = 1e-4;

    private static final float LOG_PROBABILITY_TOLERANCE = 1e-3f;
    private static final float PROBABILITY_TOLERANCE = 1e-4f;

    @ParameterizedTest
    @CsvSource({
        "reference-model,                 golden-bf16.safetensors, vector",
        "reference-model,                 golden-bf16.safetensors, scalar",
        "reference-model/model-q8_0.gguf, golden-q8_0.safetensors, vector",
        "reference-model/model-q8_0.gguf, golden-q8_0.safetensors, scalar"
    })
    void agreesWithTheReference(String modelName, String goldenName, String kernels) throws IOException {
        Path path = Shared.path(modelName);
        Golden golden = new Golden(Shared.path("reference-model/" + goldenName));
        ModelOptions options = ModelOptions.defaults().withKernels(KernelSets.named(kernels));
        try (Model model = Model.load(path, options)) {
            Comparison comparison = new Comparison(model.architecture().depth());
            Session session = model.newSession();
            for (int document = 0; document < golden.documents(); document++) {
                comparison.start(golden, document);
                session.reset();
                session.observe(comparison);
                float[] found = session.logProbabilities(golden.tokens(document));
                comparison.logProbabilities(found);
                lastLogits(golden, document, session);
            }
            System.out.printf("golden %s, %s kernels: %s%n", modelName, kernels, comparison);
            assertThat(comparison.decisions).isEqualTo(golden.documents() * 192 * 8);
            assertThat(comparison.setDiffers).isLessThanOrEqualTo((int) (MAY_DIFFER * comparison.decisions));
            assertThat(comparison.firstDiffers).isLessThanOrEqualTo((int) (MAY_DIFFER * comparison.decisions));
            assertThat(comparison.worstLogProbability).isLessThan(LOG_PROBABILITY_TOLERANCE);
            assertThat(comparison.worstProbability).isLessThan(PROBABILITY_TOLERANCE);
            assertThat(comparison.worstWeight).isLessThan(PROBABILITY_TOLERANCE);
        }
    }

    /** Activations in 8 bits: no longer the model, but near enough to talk with. */
    @ParameterizedTest
    @CsvSource({"vector", "scalar"})
    void agreesNearlyInEightBits(String kernels) throws IOException {
        Golden golden = new Golden(Shared.path("reference-model/golden-q8_0.safetensors"));
        ModelOptions options = ModelOptions.defaults()
                .withKernels(KernelSets.named(kernels))
                .withResidence(Residence.PACKED)
                .withArithmetic(Arithmetic.INT8);
        try (Model model = Model.load(Shared.path("reference-model/model-q8_0.gguf"), options)) {
            Comparison comparison = new Comparison(model.architecture().depth());
            Session session = model.newSession();
            session.observe(comparison);
            // Plain loops take a hundred times as long; they are held to the vectors' bits elsewhere.
            int documents = kernels.equals("scalar") ? 4 : golden.documents();
            for (int document = 0; document < documents; document++) {
                comparison.start(golden, document);
                session.reset();
                comparison.logProbabilities(session.logProbabilities(golden.tokens(document)));
            }
            System.out.printf("golden q8_0 in 8 bits, %s kernels: %s%n", kernels, comparison);
            assertThat(comparison.setDiffers).isPositive().isLessThanOrEqualTo(comparison.decisions / 100);
            assertThat(comparison.meanLogProbability()).isLessThan(0.02);
        }
    }

    private static void lastLogits(Golden golden, int document, Session session) {
        session.rewind(Golden.LENGTH - 1);
        session.observe(null);
        float[] logits = session.logits(golden.tokens(document)[Golden.LENGTH - 1]);
        float[] expected = golden.floats("last_logits", document, logits.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(logits[i] - expected[i])).isLessThan(LOG_PROBABILITY_TOLERANCE);
        }
    }

    @ParameterizedTest
    @CsvSource({"vector", "scalar"})
    void continuesGreedilyAsTheReference(String kernels) throws IOException {
        JsonNode cases = new ObjectMapper()
                .readTree(Shared.path("reference-model/greedy-bf16.json").toFile());
        ModelOptions options = ModelOptions.defaults().withKernels(KernelSets.named(kernels));
        try (Model model = Model.load(Shared.path("reference-model"), options)) {
            assertThat(cases.size()).isPositive();
            for (JsonNode one : cases) {
                int[] prompt = ints(one.path("prompt_tokens"));
                int[] expected = ints(one.path("greedy_tokens"));
                int[] encoded = model.tokenizer().encode(one.path("prompt").asString());
                assertThat(encoded).isEqualTo(Arrays.copyOfRange(prompt, 1, prompt.length));
                assertThat(greedy(model, prompt, expected.length)).isEqualTo(expected);
                assertThat(model.tokenizer().decode(expected))
                        .contains(one.path("text").asString().strip());
            }
        }
    }

    private static int[] greedy(Model model, int[] prompt, int count) {
        Session session = model.newSession();
        int[] tokens = new int[count];
        float[] logits = session.logits(prompt);
        for (int i = 0; i < count; i++) {
            tokens[i] = likeliest(logits);
            logits = session.logits(tokens[i]);
        }
        return tokens;
    }

    private static int likeliest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        Arrays.setAll(values, i -> array.path(i).asInt());
        return values;
    }
}
