package moira.train.decoder;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The load-balancing loss of Switch Transformers (arXiv 2101.03961, eq. 4 to 6): for each layer {@code E * sum over e of f_e *
 * P_e}, where f_e is the share of assignments that expert e got and P_e the mean probability that the router gave it. It is 1 where
 * both are uniform, and E where one expert has everything.
 */
public final class BalanceLoss {
    private BalanceLoss() {}

    /** The mean over the layers, with a gradient through P alone: a count has none. */
    public static Tensor of(List<Routing> layers) {
        Tensor sum = layer(layers.getFirst());
        for (Routing routing : layers.subList(1, layers.size())) {
            sum = sum.add(layer(routing));
        }
        return sum.div(new Scalar(layers.size()));
    }

    private static Tensor layer(Routing routing) {
        long[] load = routing.load();
        float[] scaled = new float[load.length];
        for (int e = 0; e < load.length; e++) {
            scaled[e] = (float) ((double) load.length * load[e] / routing.experts().length);
        }
        Tensor share = Tensor.create(scaled).to(routing.probabilities());
        return routing.probabilities().mean(0).mul(share).sum();
    }
}
