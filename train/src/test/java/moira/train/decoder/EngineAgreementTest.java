package moira.train.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import moira.engine.Model;
import moira.engine.MoiraException;
import moira.engine.Session;
import moira.engine.Shared;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.LayerSpec;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.Checkpoints;
import moira.train.TinyModels;
import org.assertj.core.api.Assertions;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decoder in PyTorch's operations against the engine: two writings of one paper. */
class EngineAgreementTest {
    /** Probabilities and weights: float sums of at most a few hundred columns, a few layers deep. */
    private static final float PROBABILITY_TOLERANCE = 1e-4f;

    private static final float LOGIT_TOLERANCE = 1e-3f;

    /** Decisions that may differ: where two experts are as good as equal. */
    private static final double MAY_DIFFER = 1e-3;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        // layers, width, heads, kvHeads, headWidth, expertWidth, experts, k
        "1, 8, 1, 1, 8, 12, 2, 1",
        "3, 24, 6, 2, 6, 20, 5, 3",
        "2, 16, 4, 4, 4, 8, 16, 8",
        "2, 20, 2, 1, 12, 9, 4, 4"
    })
    void agreesOnRandomWeights(
            int layers, int width, int heads, int kvHeads, int headWidth, int expertWidth, int experts, int k) {
        MixtralShape config = TinyModels.config(layers, width, heads, kvHeads, headWidth, expertWidth, experts, k);
        try (Parameters parameters = TinyModels.spread(config, 5)) {
            TinyModels.write(folder, parameters);
            try (Model model = Model.load(folder)) {
                int[] tokens = new Random(6).ints(50, 0, config.vocabulary()).toArray();
                EngineRun run = EngineRun.of(model, tokens);
                compare(run, parameters, tokens);
            }
        }
    }

    /** Rounding each factor to 8 bits moves few decisions, and hardly the loss. */
    @Test
    void productsOfBfloat16RouteAlmostAlike() {
        Path reference = Shared.path("reference-model");
        try (Model model = Model.load(reference);
                Checkpoint checkpoint = Checkpoints.open(reference);
                Parameters parameters = Parameters.of(checkpoint);
                PointerScope _ = new PointerScope()) {
            int[] tokens = tokens(model);
            long[] batch = Arrays.stream(tokens).asLongStream().toArray();
            Tensor input = Tensor.create(batch, 1, batch.length);
            MixtralDecoder.Output floats = new MixtralDecoder(parameters, Precision.FLOAT32).forward(input);
            MixtralDecoder.Output halves = new MixtralDecoder(parameters, Precision.BFLOAT16).forward(input);
            int differ = 0;
            for (int layer = 0; layer < model.architecture().depth(); layer++) {
                differ += differ(floats.layers().get(layer), halves.layers().get(layer));
            }
            double loss = loss(floats, batch);
            double moved = loss(halves, batch) - loss;
            int decisions = tokens.length * model.architecture().depth();
            System.out.printf(
                    "bfloat16: %d of %d first choices differ, loss %.4f %+.4f%n", differ, decisions, loss, moved);
            assertThat(moved).isNotZero();
            assertThat(Math.abs(moved)).isLessThan(0.02);
            assertThat(differ).isLessThan(decisions / 50);
        }
    }

    private static int differ(Routing one, Routing other) {
        int differ = 0;
        for (int t = 0; t < one.experts().length; t += 2) {
            differ += one.experts()[t] == other.experts()[t] ? 0 : 1;
        }
        return differ;
    }

    private static double loss(MixtralDecoder.Output output, long[] tokens) {
        int n = tokens.length - 1;
        Tensor targets = Tensor.create(Arrays.copyOfRange(tokens, 1, n + 1));
        return torch.cross_entropy_loss(output.logits().narrow(0, 0, n), targets)
                .item_double();
    }

    @Test
    void agreesOnTheTrainedReference() {
        Path reference = Shared.path("reference-model");
        try (Model model = Model.load(reference);
                Checkpoint checkpoint = Checkpoints.open(reference);
                Parameters parameters = Parameters.of(checkpoint)) {
            int[] tokens = tokens(model);
            compare(EngineRun.of(model, tokens), parameters, tokens);
        }
    }

    private static int[] tokens(Model model) {
        String text = "The history of the county begins with a proof that every bounded sequence of reals has a"
                + " convergent subsequence. Q: why does my loop never end? We enrolled 120 patients in two arms.";
        int[] encoded = model.tokenizer().encode(text);
        int[] tokens = new int[encoded.length + 1];
        tokens[0] = model.tokenizer().bos();
        System.arraycopy(encoded, 0, tokens, 1, encoded.length);
        return tokens;
    }

    @Test
    void refusesAWindowOfAttention() {
        MixtralShape shape = TinyModels.config(1, 8, 1, 1, 8, 12, 2, 1);
        Architecture whole = shape.architecture();
        Assertions.assertThat(MixtralShape.of(whole, "model")).isEqualTo(shape);
        LayerSpec layer = whole.layers().getFirst();
        GroupedQuerySpec window = ((GroupedQuerySpec) layer.attention()).withWindow(7);
        Architecture windowed = new Architecture(
                whole.family(),
                whole.width(),
                whole.vocabulary(),
                whole.context(),
                List.of(new LayerSpec(layer.norm(), window, layer.feedForward())),
                whole.outputNorm(),
                false,
                whole.scales());
        Assertions.assertThatThrownBy(() -> MixtralShape.of(windowed, "model"))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("attends to all tokens before");
    }

    /** Two sequences at once, of which the second is the one compared: a batch must not mix them. */
    private static void compare(EngineRun run, Parameters parameters, int[] tokens) {
        MixtralShape config = parameters.config();
        int n = tokens.length;
        long[] batch = new long[2 * n];
        for (int t = 0; t < n; t++) {
            batch[t] = tokens[n - 1 - t];
            batch[n + t] = tokens[t];
        }
        int differ = 0;
        try (PointerScope _ = new PointerScope()) {
            MixtralDecoder.Output output =
                    new MixtralDecoder(parameters, Precision.FLOAT32).forward(Tensor.create(batch, 2, n));
            FloatBuffer logits = output.logits().createBuffer();
            for (int i = 0; i < n * config.vocabulary(); i++) {
                assertThat(logits.get(n * config.vocabulary() + i)).isCloseTo(run.logits[i], within(LOGIT_TOLERANCE));
            }
            for (int layer = 0; layer < config.layers(); layer++) {
                differ += layer(run, layer, n, output.layers().get(layer), config);
            }
        }
        System.out.printf("torch and engine: %d of %d decisions differ%n", differ, n * config.layers());
        assertThat(differ).isLessThanOrEqualTo((int) (MAY_DIFFER * n * config.layers()));
    }

    private static int layer(EngineRun run, int layer, int n, Routing routing, MixtralShape config) {
        int k = config.expertsPerToken();
        int differ = 0;
        FloatBuffer probabilities = routing.probabilities().createBuffer();
        FloatBuffer weights = routing.weights().createBuffer();
        for (int i = 0; i < n * config.experts(); i++) {
            assertThat(probabilities.get(n * config.experts() + i))
                    .isCloseTo(run.probabilities[layer][i], within(PROBABILITY_TOLERANCE));
        }
        for (int i = 0; i < n * k; i++) {
            boolean same = routing.experts()[n * k + i] == run.experts[layer][i];
            differ += same ? 0 : 1;
            if (same) {
                assertThat(weights.get(n * k + i)).isCloseTo(run.weights[layer][i], within(PROBABILITY_TOLERANCE));
            }
        }
        return differ;
    }

    private static org.assertj.core.data.Offset<Float> within(float tolerance) {
        return Assertions.within(tolerance);
    }

    /** What the engine says of one sequence. */
    private static final class EngineRun {
        private final int[][] experts;
        private final float[][] weights;
        private final float[][] probabilities;
        private final float[] logits;

        private EngineRun(MixtralShape config, int n) {
            experts = new int[config.layers()][n * config.expertsPerToken()];
            weights = new float[config.layers()][n * config.expertsPerToken()];
            probabilities = new float[config.layers()][n * config.experts()];
            logits = new float[n * config.vocabulary()];
        }

        static EngineRun of(Model model, int[] tokens) {
            MixtralShape config = MixtralShape.of(model.architecture(), model.name());
            EngineRun run = new EngineRun(config, tokens.length);
            Session session = model.newSession();
            session.observe((layer, position, count, experts, weights, probabilities) -> {
                int k = config.expertsPerToken();
                System.arraycopy(experts, 0, run.experts[layer], position * k, count * k);
                System.arraycopy(weights, 0, run.weights[layer], position * k, count * k);
                System.arraycopy(
                        probabilities,
                        0,
                        run.probabilities[layer],
                        position * config.experts(),
                        count * config.experts());
            });
            for (int t = 0; t < tokens.length; t++) {
                float[] logits = session.logits(tokens[t]);
                System.arraycopy(logits, 0, run.logits, t * config.vocabulary(), config.vocabulary());
            }
            return run;
        }
    }
}
