package moira.engine.decoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import moira.engine.LoadListener;
import moira.engine.ModelOptions;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.RotarySpec.LongRope;
import moira.engine.architecture.RouterSpec.Score;
import moira.engine.checkpoint.Checkpoint;

/** A decoder beside what the transformers library computed, layer by layer. */
final class FamilyComparison {
    private final FamilyGolden golden;
    private final Architecture architecture;

    int decisions;
    int setDiffers;
    /** Whether the order of the choices is the golden's; of routers with a correction it is another one. */
    int orderDiffers;

    float worstWeight;
    float worstLogit;
    /** Of the largest value of a layer's hidden states. */
    float worstHidden;

    float worstRouterLogit;
    final List<Integer> greedyDiffers = new ArrayList<>();

    private FamilyComparison(FamilyGolden golden, Architecture architecture) {
        this.golden = golden;
        this.architecture = architecture;
    }

    static FamilyComparison of(Checkpoint checkpoint, FamilyGolden golden, ModelOptions options) {
        FamilyComparison comparison = new FamilyComparison(golden, checkpoint.architecture());
        try (Decoder decoder =
                DecoderLoader.load(checkpoint.architecture(), checkpoint.weights(), options, LoadListener.NONE)) {
            for (int s = 0; s < FamilyGolden.SEQUENCES; s++) {
                comparison.layers(decoder, s);
                comparison.greedy(decoder, s);
            }
        }
        return comparison;
    }

    /** All tokens of a sequence together. */
    private void layers(Decoder decoder, int s) {
        int[] tokens = golden.ints("tokens", s);
        Sequence sequence = begun(decoder);
        Pass pass = decoder.pass(sequence, tokens.length, decoder.products());
        pass.begin();
        decoder.add(pass, sequence, tokens, 0, tokens.length, tokens.length, null);
        for (int layer = 0; layer < architecture.depth(); layer++) {
            pass.forward(decoder.layers().get(layer), layer, layer + 1 == architecture.depth());
            hidden(pass.activations(), layer, s);
            if (golden.has("experts." + layer)) {
                routing(pass.activations().routes, layer, s);
            }
        }
        pass.end();
        float[] logits = new float[tokens.length * architecture.vocabulary()];
        decoder.logits(sequence, 0, tokens.length, logits);
        worstLogit = Math.max(worstLogit, worst(golden.floats("logits", s), logits));
    }

    /**
     * Version 5.18 of the library turns Phi-3.5-MoE by the factors of short sequences whatever their length, since it asks for frequencies
     * without one; the model's own code does not.
     */
    private static Sequence begun(Decoder decoder) {
        return decoder.architecture().attention().rotary().scaling() instanceof LongRope longRope
                ? decoder.newSequence(longRope.originalContext())
                : decoder.newSequence();
    }

    private void hidden(Activations a, int layer, int s) {
        float[] expected = golden.floats("hidden." + layer, s);
        float largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        worstHidden = Math.max(worstHidden, worst(expected, a.hidden) / largest);
    }

    private void routing(Routes routes, int layer, int s) {
        int k = architecture.expertsPerToken();
        int[] experts = golden.ints("experts." + layer, s);
        float[] weights = golden.floats("weights." + layer, s);
        if (!architecture.mixture().orElseThrow().router().biased()) {
            worstRouterLogit = Math.max(worstRouterLogit, worst(golden.floats("router." + layer, s), routes.logits));
        }
        for (int t = 0; t < FamilyGolden.TOKENS; t++) {
            decisions++;
            int[] expected = Arrays.copyOfRange(experts, t * k, (t + 1) * k);
            int[] found = Arrays.copyOfRange(routes.experts, t * k, (t + 1) * k);
            orderDiffers += Arrays.equals(expected, found) ? 0 : 1;
            if (!Arrays.equals(sorted(expected), sorted(found))) {
                setDiffers++;
                continue;
            }
            for (int i = 0; i < k; i++) {
                float weight = routes.weights[t * k + indexOf(found, expected[i])];
                worstWeight = Math.max(worstWeight, Math.abs(weight - weights[t * k + i]));
            }
        }
    }

    /** One token after the other, from the cache. */
    private void greedy(Decoder decoder, int s) {
        int[] prompt = Arrays.copyOf(golden.ints("tokens", s), FamilyGolden.PROMPT);
        int[] expected = golden.ints("greedy", s);
        Sequence sequence = begun(decoder);
        float[] logits = new float[architecture.vocabulary()];
        decoder.forward(sequence, prompt, 0, prompt.length, 1, null);
        decoder.logits(sequence, prompt.length - 1, 1, logits);
        int differ = 0;
        for (int token : expected) {
            differ += token == likeliest(logits) ? 0 : 1;
            decoder.forward(sequence, new int[] {token}, 0, 1, 1, null);
            decoder.logits(sequence, 0, 1, logits);
        }
        greedyDiffers.add(differ);
    }

    private static float worst(float[] expected, float[] found) {
        float worst = 0;
        for (int i = 0; i < expected.length; i++) {
            float difference = Math.abs(expected[i] - found[i]);
            worst = Float.isNaN(difference) ? Float.POSITIVE_INFINITY : Math.max(worst, difference);
        }
        return worst;
    }

    private static int[] sorted(int[] values) {
        int[] copy = values.clone();
        Arrays.sort(copy);
        return copy;
    }

    private static int indexOf(int[] values, int value) {
        int i = 0;
        while (values[i] != value) {
            i++;
        }
        return i;
    }

    private static int likeliest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    /** Whether choices are in the order of the golden, which has that of what they are chosen by. */
    boolean keepsOrder() {
        return architecture
                .mixture()
                .map(m -> m.router().score() != Score.SIGMOID)
                .orElse(true);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d decisions, other set %d, other order %d; worst: weight %.2g, router logit %.2g, hidden %.2g of the largest, logit %.2g; other greedy tokens %s",
                decisions,
                setDiffers,
                orderDiffers,
                worstWeight,
                worstRouterLogit,
                worstHidden,
                worstLogit,
                greedyDiffers);
    }
}
