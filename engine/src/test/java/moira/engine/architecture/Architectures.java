package moira.engine.architecture;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import moira.engine.architecture.RouterSpec.Score;
import moira.engine.tensor.Tensor;

/** Descriptions, and weights, for tests. */
public final class Architectures {
    private Architectures() {}

    /** A Mixtral. */
    public static Architecture mixtral(
            int width,
            int layers,
            int heads,
            int kvHeads,
            int headWidth,
            int expertWidth,
            int experts,
            int k,
            int vocabulary,
            int context,
            float epsilon,
            float theta,
            int window,
            Pairing pairing) {
        RotarySpec rotary = new RotarySpec(theta, headWidth, pairing, new RotarySpec.Unscaled());
        MixtureSpec mixture = new MixtureSpec(
                experts,
                k,
                expertWidth,
                new Activation.SwiGlu(),
                false,
                RouterSpec.of(Score.SOFTMAX_OF_CHOSEN, true),
                Optional.empty());
        NormSpec norm = NormSpec.rms(epsilon);
        GroupedQuerySpec attention =
                GroupedQuerySpec.of(heads, kvHeads, headWidth, rotary).withWindow(window);
        return new Architecture(
                "mixtral",
                width,
                vocabulary,
                context,
                Collections.nCopies(layers, new LayerSpec(norm, attention, mixture)),
                norm,
                false,
                Scales.NONE);
    }

    /** The same weights with another output matrix. */
    public static Weights withOutput(Weights weights, Tensor output) {
        Map<Part, Tensor> model = new EnumMap<>(weights.model());
        model.put(Part.OUTPUT, output);
        return new Weights(model, weights.layers());
    }
}
