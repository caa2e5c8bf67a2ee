package moira.train.decoder;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Causal attention (arXiv 1706.03762, eq. 1) of many query heads that share few key and value heads (arXiv 2305.13245). Written
 * out, since PyTorch's fused attention has a kernel for floats alone on a processor.
 */
final class Attention {
    private final Parameters parameters;
    private final MixtralShape config;
    private final Precision precision;
    private final String layer;

    Attention(Parameters parameters, Precision precision, int layer) {
        this.parameters = parameters;
        this.config = parameters.config();
        this.precision = precision;
        this.layer = ParameterShapes.layer(layer);
    }

    /**
     * What attention adds to {@code x}, {@code [sequences, length, width]}.
     *
     * @param future {@code [length, length]}: what is added to a score, which hides the tokens that are still to come
     */
    Tensor forward(Tensor x, Rotary rotary, Tensor future) {
        Tensor normed =
                precision.factor(Operations.rmsNorm(x, weight(ParameterShapes.ATTENTION_NORM), config.normEpsilon()));
        Tensor query = rotary.turn(heads(normed, ParameterShapes.QUERY, config.heads()))
                .mul(new Scalar(1 / Math.sqrt(config.headWidth())));
        Tensor key = rotary.turn(heads(normed, ParameterShapes.KEY, config.kvHeads()));
        Tensor value = heads(normed, ParameterShapes.VALUE, config.kvHeads());
        Tensor attended = attend(precision.factor(query), precision.factor(key), value, future);
        long[] joined = {x.size(0), x.size(1), (long) config.heads() * config.headWidth()};
        return precision.linear(attended.transpose(1, 2).reshape(joined), weight(ParameterShapes.ATTENTION_OUTPUT));
    }

    /** {@code Softmax(Q K^T + future) V}, where the query heads that share a key head are one product of matrices. */
    private Tensor attend(Tensor query, Tensor key, Tensor value, Tensor future) {
        long sequences = query.size(0);
        long length = query.size(2);
        long sharing = config.heads() / config.kvHeads();
        long[] grouped = {sequences, config.kvHeads(), sharing * length, config.headWidth()};
        Tensor scores = torch.matmul(query.reshape(grouped), key.transpose(2, 3));
        Tensor seen = Precision.floats(scores)
                .view(sequences, config.heads(), length, length)
                .add(future);
        Tensor shares = precision.factor(seen.softmax(-1)).view(sequences, config.kvHeads(), sharing * length, length);
        return torch.matmul(shares, value).view(sequences, config.heads(), length, config.headWidth());
    }

    /** {@code [sequences, heads, length, headWidth]}. */
    private Tensor heads(Tensor normed, String matrix, int heads) {
        return precision
                .linear(normed, weight(matrix))
                .view(normed.size(0), normed.size(1), heads, config.headWidth())
                .transpose(1, 2);
    }

    private Tensor weight(String name) {
        return parameters.get(layer + name);
    }
}
