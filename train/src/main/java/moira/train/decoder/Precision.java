package moira.train.decoder;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What matrices are multiplied in. The weights, the residual stream, the router and the loss are floats in any case (mixed
 * precision, arXiv 1710.03740, section 3).
 */
public enum Precision {
    /** 24 bits of mantissa: what the engine computes with. */
    FLOAT32,
    /** 8 bits of mantissa, the exponents of a float: several times as fast where the processor multiplies them. */
    BFLOAT16;

    /** A factor of a product. */
    Tensor factor(Tensor x) {
        return x.to(this == FLOAT32 ? torch.ScalarType.Float : torch.ScalarType.BFloat16);
    }

    /** A result in floats. */
    static Tensor floats(Tensor x) {
        return x.to(torch.ScalarType.Float);
    }

    /** {@code x weight^T}, in this precision. */
    Tensor linear(Tensor x, Tensor weight) {
        return torch.linear(factor(x), factor(weight));
    }
}
