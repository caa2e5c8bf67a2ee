package moira.train.decoder;

import moira.engine.checkpoint.DecoderConfig;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Causal attention of many query heads that share few key and value heads (arXiv 2305.13245). */
final class Attention {
    private final Parameters parameters;
    private final DecoderConfig config;
    private final String layer;

    Attention(Parameters parameters, int layer) {
        this.parameters = parameters;
        this.config = parameters.config();
        this.layer = ParameterShapes.layer(layer);
    }

    /** What attention adds to {@code x}, {@code [sequences, length, width]}. */
    Tensor forward(Tensor x, Rotary rotary) {
        Tensor normed = Operations.rmsNorm(x, weight(ParameterShapes.ATTENTION_NORM), config.normEpsilon());
        Tensor query = rotary.turn(heads(normed, ParameterShapes.QUERY, config.heads()));
        Tensor key = shared(rotary.turn(heads(normed, ParameterShapes.KEY, config.kvHeads())));
        Tensor value = shared(heads(normed, ParameterShapes.VALUE, config.kvHeads()));
        Tensor attended = torch.scaled_dot_product_attention(
                query, key, value, new TensorOptional(), 0, true, new DoubleOptional(), false);
        long[] joined = {x.size(0), x.size(1), (long) config.heads() * config.headWidth()};
        return torch.linear(attended.transpose(1, 2).reshape(joined), weight(ParameterShapes.ATTENTION_OUTPUT));
    }

    /** {@code [sequences, heads, length, headWidth]}. */
    private Tensor heads(Tensor normed, String matrix, int heads) {
        return torch.linear(normed, weight(matrix))
                .view(normed.size(0), normed.size(1), heads, config.headWidth())
                .transpose(1, 2);
    }

    /** Every key or value head once for each of the query heads that share it. */
    private Tensor shared(Tensor heads) {
        return heads.repeat_interleave(config.heads() / config.kvHeads(), new LongOptional(1), new LongOptional());
    }

    private Tensor weight(String name) {
        return parameters.get(layer + name);
    }
}
