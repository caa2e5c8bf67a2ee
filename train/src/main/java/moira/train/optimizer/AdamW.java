package moira.train.optimizer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import moira.train.decoder.Parameters;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Adam with decoupled weight decay (arXiv 1711.05101, algorithm 2), of which only matrices decay. Its state is its two moments, so
 * that a checkpoint holds all of it.
 */
public final class AdamW implements AutoCloseable {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.95;
    private static final double EPSILON = 1e-8;

    private final Parameters parameters;
    private final double weightDecay;
    private final Map<String, Tensor> firstMoments = new LinkedHashMap<>();
    private final Map<String, Tensor> secondMoments = new LinkedHashMap<>();

    public AdamW(Parameters parameters, double weightDecay) {
        this.parameters = parameters;
        this.weightDecay = weightDecay;
        parameters.all().forEach((name, parameter) -> {
            firstMoments.put(name, torch.zeros_like(parameter));
            secondMoments.put(name, torch.zeros_like(parameter));
        });
    }

    /** The running means of the gradients, by parameter. */
    public Map<String, Tensor> firstMoments() {
        return Collections.unmodifiableMap(firstMoments);
    }

    /** The running means of the gradients' squares, by parameter. */
    public Map<String, Tensor> secondMoments() {
        return Collections.unmodifiableMap(secondMoments);
    }

    /**
     * Scales all gradients down to a joint norm of at most {@code most}.
     *
     * @return their norm before
     */
    public double clip(double most) {
        try (PointerScope _ = new PointerScope()) {
            TensorVector all = new TensorVector();
            parameters.all().values().forEach(all::push_back);
            return torch.clip_grad_norm_(all, most);
        }
    }

    /**
     * Moves every parameter and forgets the gradients.
     *
     * @param step from 1
     */
    public void step(long step, double learningRate) {
        double correction1 = 1 - Math.pow(BETA1, step);
        double correction2 = Math.sqrt(1 - Math.pow(BETA2, step));
        parameters.all().forEach((name, parameter) -> {
            try (PointerScope _ = new PointerScope();
                    NoGradGuard _ = new NoGradGuard()) {
                Tensor m = firstMoments.get(name).mul_(new Scalar(BETA1));
                Tensor v = secondMoments.get(name).mul_(new Scalar(BETA2));
                Tensor gradient = parameter.grad();
                // An expert that got no token yet has no gradient, which is one of zeros.
                if (gradient.defined()) {
                    m.add_(gradient, new Scalar(1 - BETA1));
                    v.addcmul_(gradient, gradient, new Scalar(1 - BETA2));
                    gradient.zero_();
                }
                if (parameter.ndimension() > 1) {
                    parameter.mul_(new Scalar(1 - learningRate * weightDecay));
                }
                Tensor divisor = v.sqrt().div_(new Scalar(correction2)).add_(new Scalar(EPSILON));
                parameter.addcdiv_(m, divisor, new Scalar(-learningRate / correction1));
            }
        });
    }

    @Override
    public void close() {
        firstMoments.values().forEach(Tensor::close);
        secondMoments.values().forEach(Tensor::close);
    }
}
