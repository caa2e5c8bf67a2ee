package moira.train.decoder;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The decoder of Mixtral of Experts (arXiv 2401.04088, section 2) with automatic differentiation. Every tensor that a call makes
 * belongs to the caller's {@code PointerScope}.
 */
public final class MixtralDecoder {
    private final Parameters parameters;
    private final Precision precision;
    private final List<Attention> attention = new ArrayList<>();
    private final List<Mixture> mixtures = new ArrayList<>();

    /**
     * What a batch of sequences gives.
     *
     * @param logits {@code [sequences * length, vocabulary]}
     * @param layers the routing of each layer
     */
    public record Output(Tensor logits, List<Routing> layers) {}

    public MixtralDecoder(Parameters parameters, Precision precision) {
        this.parameters = parameters;
        this.precision = precision;
        MixtralShape config = parameters.config();
        for (int layer = 0; layer < config.layers(); layer++) {
            attention.add(new Attention(parameters, precision, layer));
            mixtures.add(new Mixture(parameters, precision, layer));
        }
    }

    public Parameters parameters() {
        return parameters;
    }

    /**
     * Runs sequences from their beginnings.
     *
     * @param tokens {@code [sequences, length]}, int64, on the device of the parameters
     */
    public Output forward(Tensor tokens) {
        Tensor x = torch.embedding(parameters.get(ParameterShapes.EMBEDDING), tokens);
        Rotary rotary = new Rotary(parameters.config(), Math.toIntExact(tokens.size(1)), x);
        Tensor future = future(tokens.size(1), x);
        List<Routing> layers = new ArrayList<>();
        for (int layer = 0; layer < attention.size(); layer++) {
            x = x.add(attention.get(layer).forward(x, rotary, future));
            Mixture.Output mixture = mixtures.get(layer).forward(x);
            x = x.add(mixture.sum());
            layers.add(mixture.routing());
        }
        Tensor normed = Operations.rmsNorm(
                x,
                parameters.get(ParameterShapes.OUTPUT_NORM),
                parameters.config().normEpsilon());
        Tensor logits = Precision.floats(precision.linear(normed, parameters.get(ParameterShapes.OUTPUT)));
        return new Output(logits.view(-1, parameters.config().vocabulary()), layers);
    }

    private static Tensor future(long length, Tensor like) {
        return torch.full(new long[] {length, length}, new Scalar(Float.NEGATIVE_INFINITY))
                .triu(1)
                .to(like);
    }
}
