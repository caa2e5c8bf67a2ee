package moira.train.run;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * All that a training is at one moment.
 *
 * @param seconds spent in steps
 * @param batches where the source of batches stands
 * @param weights by parameter, as are the two moments of the optimizer
 */
record TrainingState(
        long step,
        long tokens,
        double seconds,
        String batches,
        Map<String, Tensor> weights,
        Map<String, Tensor> firstMoments,
        Map<String, Tensor> secondMoments) {

    Map<String, Map<String, Tensor>> tensors() {
        return Map.of("weight.", weights, "first_moment.", firstMoments, "second_moment.", secondMoments);
    }
}
