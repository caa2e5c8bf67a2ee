package moira.train.decoder;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What several parts of the decoder compute. */
final class Operations {
    private Operations() {}

    /** Root mean square normalisation (arXiv 1910.07467, eq. 4) of the last dimension. */
    static Tensor rmsNorm(Tensor x, Tensor weight, float epsilon) {
        Tensor meanSquare = x.square().mean(new long[] {-1}, true, new org.bytedeco.pytorch.ScalarTypeOptional());
        return x.mul(torch.rsqrt(meanSquare.add(new Scalar(epsilon)))).mul(weight);
    }
}
