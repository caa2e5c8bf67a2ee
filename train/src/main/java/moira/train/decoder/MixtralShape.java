package moira.train.decoder;

import java.util.Collections;
import java.util.Optional;
import moira.engine.MoiraException;
import moira.engine.architecture.Activation;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.LayerSpec;
import moira.engine.architecture.MixtureSpec;
import moira.engine.architecture.NormSpec;
import moira.engine.architecture.Pairing;
import moira.engine.architecture.RotarySpec;
import moira.engine.architecture.RouterSpec;
import moira.engine.architecture.RouterSpec.Score;
import moira.engine.architecture.Scales;

/**
 * The dimensions of the decoder that is trained (Mixtral of Experts, table 1): attention to all tokens before.
 *
 * @param width of a hidden state
 * @param headWidth of one attention head
 * @param expertWidth of the hidden layer of one expert
 * @param experts E, in each layer
 * @param expertsPerToken k
 * @param context the longest sequence the model is made for
 */
public record MixtralShape(
        int width,
        int layers,
        int heads,
        int kvHeads,
        int headWidth,
        int expertWidth,
        int experts,
        int expertsPerToken,
        int vocabulary,
        int context,
        float normEpsilon,
        float ropeTheta) {

    /**
     * The dimensions of a model that can be trained on.
     *
     * @throws MoiraException if it is made of other parts
     */
    public static MixtralShape of(Architecture a, String where) {
        if (a.mixture().isPresent() && a.attention() instanceof GroupedQuerySpec attention) {
            MixtralShape shape = new MixtralShape(
                    a.width(),
                    a.depth(),
                    attention.heads(),
                    attention.kvHeads(),
                    attention.headWidth(),
                    a.mixture().get().expertWidth(),
                    a.experts(),
                    a.expertsPerToken(),
                    a.vocabulary(),
                    a.context(),
                    a.outputNorm().epsilon(),
                    attention.rotary().base());
            if (shape.architecture().equals(a)) {
                return shape;
            }
        }
        throw MoiraException.expected(
                where,
                "a Mixtral in a Hugging Face folder that attends to all tokens before",
                "a " + a.family() + " of other parts");
    }

    /** What it is made of. */
    public Architecture architecture() {
        NormSpec norm = NormSpec.rms(normEpsilon);
        RotarySpec rotary = new RotarySpec(ropeTheta, headWidth, Pairing.HALVES, new RotarySpec.Unscaled());
        MixtureSpec mixture = new MixtureSpec(
                experts,
                expertsPerToken,
                expertWidth,
                new Activation.SwiGlu(),
                false,
                RouterSpec.of(Score.SOFTMAX_OF_CHOSEN, true),
                Optional.empty());
        LayerSpec layer = new LayerSpec(norm, GroupedQuerySpec.of(heads, kvHeads, headWidth, rotary), mixture);
        return new Architecture(
                "mixtral", width, vocabulary, context, Collections.nCopies(layers, layer), norm, false, Scales.NONE);
    }

    /**
     * This, if its dimensions go together.
     *
     * @param where for the error
     * @throws MoiraException if they do not
     */
    public MixtralShape checked(String where) {
        architecture().checked(where);
        return this;
    }
}
