package moira.train.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import moira.engine.Model;
import moira.engine.Session;
import moira.train.TinyModels;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PyTorch's gradients against finite differences of the engine's loss, and the balance loss against its formula in plain loops. */
class GradientTest {
    private static final MixtralShape CONFIG = TinyModels.config(2, 12, 2, 1, 6, 10, 4, 2);
    private static final int LENGTH = 40;

    @TempDir
    private Path folder;

    /** Along each parameter's own gradient, where its length is the slope. */
    @Test
    void gradientsAreTheSlopesOfTheEnginesLoss() {
        int[] tokens = new Random(3).ints(LENGTH, 0, TinyModels.VOCABULARY).toArray();
        try (Parameters parameters = TinyModels.spread(CONFIG, 4)) {
            backward(parameters, tokens);
            for (String name : parameters.all().keySet()) {
                if (parameters.get(name).grad().defined()) {
                    slope(parameters, name, tokens);
                }
            }
        }
    }

    private static void backward(Parameters parameters, int[] tokens) {
        long[] inputs = Arrays.stream(tokens, 0, LENGTH - 1).asLongStream().toArray();
        long[] targets = Arrays.stream(tokens, 1, LENGTH).asLongStream().toArray();
        try (PointerScope _ = new PointerScope()) {
            Tensor logits = new MixtralDecoder(parameters, Precision.FLOAT32)
                    .forward(Tensor.create(inputs, 1, LENGTH - 1))
                    .logits();
            torch.cross_entropy_loss(logits, Tensor.create(targets)).backward();
        }
    }

    private void slope(Parameters parameters, String name, int[] tokens) {
        FloatBuffer values = parameters.get(name).createBuffer();
        float[] gradient = new float[values.capacity()];
        ((FloatBuffer) parameters.get(name).grad().createBuffer()).get(gradient);
        double length = 0;
        for (float g : gradient) {
            length += (double) g * g;
        }
        length = Math.sqrt(length);
        float[] before = new float[gradient.length];
        values.get(0, before);
        // A decision that falls otherwise is a step in the loss, which has no slope: go nearer until none does.
        double step = 0.016;
        Moved above;
        Moved below;
        do {
            step /= 2;
            above = moved(parameters, values, before, gradient, step / length, tokens);
            below = moved(parameters, values, before, gradient, -step / length, tokens);
        } while (!above.routing.equals(below.routing) && step > 1e-4);
        values.put(0, before);
        assertThat(above.routing).as("routing around %s", name).isEqualTo(below.routing);
        // A mean of log-probabilities, which are floats near 6, is right to about 1e-6.
        assertThat((above.loss - below.loss) / (2 * step))
                .as("slope along %s at a step of %s", name, step)
                .isCloseTo(length, within(0.01 * length + 1e-6 / step));
    }

    private record Moved(double loss, List<Integer> routing) {}

    private Moved moved(
            Parameters parameters, FloatBuffer values, float[] before, float[] gradient, double by, int[] tokens) {
        for (int i = 0; i < before.length; i++) {
            values.put(i, (float) (before[i] + by * gradient[i]));
        }
        TinyModels.write(folder, parameters);
        List<Integer> routing = new ArrayList<>();
        try (Model model = Model.load(folder)) {
            Session session = model.newSession();
            session.observe((_, _, _, experts, _, _) -> {
                for (int i = 0; i < (LENGTH - 1) * CONFIG.expertsPerToken(); i++) {
                    routing.add(experts[i]);
                }
            });
            double sum = 0;
            for (float logProbability : session.logProbabilities(tokens)) {
                sum -= logProbability;
            }
            return new Moved(sum / (LENGTH - 1), routing);
        }
    }

    @Test
    void theBalanceLossIsTheFormula() {
        Random random = new Random(5);
        int[][] experts = new int[3][2 * 7];
        float[][] probabilities = new float[3][7 * 4];
        double expected = 0;
        for (int layer = 0; layer < 3; layer++) {
            double[] share = new double[4];
            double[] mean = new double[4];
            for (int i = 0; i < 14; i++) {
                experts[layer][i] = random.nextInt(4);
                share[experts[layer][i]] += 1.0 / 14;
            }
            for (int i = 0; i < 28; i++) {
                probabilities[layer][i] = random.nextFloat();
                mean[i % 4] += probabilities[layer][i] / 7;
            }
            for (int e = 0; e < 4; e++) {
                expected += 4 * share[e] * mean[e] / 3;
            }
        }
        try (PointerScope _ = new PointerScope()) {
            List<Routing> layers = List.of(
                    routing(experts[0], probabilities[0]),
                    routing(experts[1], probabilities[1]),
                    routing(experts[2], probabilities[2]));
            assertThat(BalanceLoss.of(layers).item_double()).isCloseTo(expected, within(1e-5));
        }
    }

    @Test
    void theBalanceLossIsOneWhereAllIsEvenAndTheNumberOfExpertsWhereOneHasAll() {
        float[] uniform = new float[4 * 4];
        Arrays.fill(uniform, 0.25f);
        float[] collapsed = new float[4 * 4];
        for (int token = 0; token < 4; token++) {
            collapsed[4 * token] = 1;
        }
        try (PointerScope _ = new PointerScope()) {
            assertThat(BalanceLoss.of(List.of(routing(new int[] {0, 1, 2, 3}, uniform)))
                            .item_double())
                    .isCloseTo(1, within(1e-6));
            assertThat(BalanceLoss.of(List.of(routing(new int[4], collapsed))).item_double())
                    .isCloseTo(4, within(1e-6));
        }
    }

    private static Routing routing(int[] experts, float[] probabilities) {
        Tensor all = Tensor.create(probabilities, probabilities.length / 4, 4);
        return new Routing(experts, all, all);
    }
}
