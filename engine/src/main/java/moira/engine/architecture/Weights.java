package moira.engine.architecture;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import moira.engine.tensor.Tensor;

/**
 * Every weight of a decoder, checked for its shape ({@link Parts}).
 *
 * @param model what stands before and behind the layers; the output matrix is the embedding itself where a model ties them
 */
public record Weights(Map<Part, Tensor> model, List<Layer> layers) {
    public Weights {
        layers = List.copyOf(layers);
    }

    public Tensor embedding() {
        return model.get(Part.EMBEDDING);
    }

    public Tensor output() {
        return model.get(Part.OUTPUT);
    }

    /** What is multiplied: all matrices but the embedding. */
    public Stream<Tensor> matrices() {
        return Stream.concat(layers.stream().flatMap(Layer::matrices), Stream.of(output()));
    }

    /**
     * One layer.
     *
     * @param parts in the order of the computation: one tensor, or one for each expert or head
     */
    public record Layer(LayerSpec spec, Map<Part, List<Tensor>> parts) {
        /** A weight of which there is one. */
        public Tensor one(Part part) {
            return parts.get(part).getFirst();
        }

        public boolean has(Part part) {
            return parts.containsKey(part);
        }

        /** A vector's values, or all of some vectors side by side; null where the layer has none. */
        public float[] floats(Part part) {
            return has(part) ? one(part).toFloats() : null;
        }

        /** All that tokens are multiplied with. */
        public Stream<Tensor> matrices() {
            return parts.entrySet().stream()
                    .filter(entry -> entry.getKey().isMatrix())
                    .flatMap(entry -> entry.getValue().stream());
        }
    }
}
