package moira.engine.family;

import java.util.ArrayList;
import java.util.List;
import moira.engine.tensor.Tensor;

/**
 * One matrix from the latent vector to the keys and values of all heads, {@code [heads * (content + value), latent]}: of each head the
 * rows of its key come first. Keys are wanted the other way round, since they are applied to queries.
 *
 * @param keys whether the keys are wanted, or else the values
 */
record LatentPlace(String name, boolean keys) implements Place {
    static Place key(String name) {
        return new LatentPlace(name, true);
    }

    static Place value(String name) {
        return new LatentPlace(name, false);
    }

    @Override
    public List<Tensor> take(NamedTensors tensors, String prefix, List<Long> shape) {
        long heads = shape.getFirst();
        long latent = keys ? shape.get(1) : shape.get(2);
        Tensor both = tensors.takeColumns(prefix + name, heads, latent);
        long ofHead = both.rows() / heads;
        long wanted = keys ? shape.get(2) : shape.get(1);
        List<Tensor> parts = new ArrayList<>();
        for (long h = 0; h < heads; h++) {
            parts.add(
                    keys
                            ? both.rowRange(h * ofHead, wanted).transposed()
                            : both.rowRange((h + 1) * ofHead - wanted, wanted));
        }
        return List.copyOf(parts);
    }
}
