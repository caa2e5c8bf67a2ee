package moira.engine.checkpoint;

import java.util.List;
import java.util.stream.Stream;
import moira.engine.tensor.Tensor;

/**
 * Every weight of a decoder, checked for its shape.
 *
 * @param embedding {@code [vocabulary, width]}
 * @param outputNorm {@code [width]}
 * @param output {@code [vocabulary, width]}; the embedding itself where the model ties them
 */
public record Weights(Tensor embedding, List<Layer> layers, Tensor outputNorm, Tensor output) {

    /** What is multiplied: all of it but the embedding and the norms. */
    public Stream<Tensor> matrices() {
        return Stream.concat(layers.stream().flatMap(Layer::matrices), Stream.of(output));
    }

    /**
     * One layer.
     *
     * @param attentionNorm {@code [width]}
     * @param query {@code [heads * headWidth, width]}
     * @param key {@code [kvHeads * headWidth, width]}
     * @param value {@code [kvHeads * headWidth, width]}
     * @param attentionOutput {@code [width, heads * headWidth]}
     * @param expertNorm {@code [width]}
     * @param router {@code [experts, width]}, W_g of the paper
     */
    public record Layer(
            Tensor attentionNorm,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor attentionOutput,
            Tensor expertNorm,
            Tensor router,
            List<Expert> experts) {

        /** All that tokens are multiplied with. */
        public Stream<Tensor> matrices() {
            return Stream.concat(
                    Stream.of(query, key, value, attentionOutput, router),
                    experts.stream().flatMap(expert -> Stream.of(expert.gate, expert.up, expert.down)));
        }
    }

    /**
     * One SwiGLU expert: {@code down(silu(gate x) * up x)}.
     *
     * @param gate {@code [expertWidth, width]}, w1
     * @param up {@code [expertWidth, width]}, w3
     * @param down {@code [width, expertWidth]}, w2
     */
    public record Expert(Tensor gate, Tensor up, Tensor down) {}
}
