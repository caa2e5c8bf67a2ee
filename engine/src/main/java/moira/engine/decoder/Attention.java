package moira.engine.decoder;

import moira.engine.architecture.AttentionSpec;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.LatentSpec;

/** The attention of a layer: reads {@code a.normed}, writes {@code a.projected}. Layers of the same description share one. */
sealed interface Attention permits GroupedQueryAttention, LatentAttention {
    /** The weights of a layer's attention. */
    sealed interface Weights permits GroupedQueryAttention.Weights, LatentAttention.Weights {
        /** Bytes that are read for a token. */
        long bytes();

        /** What is added to the output; null for nothing. */
        default float[] outputBias() {
            return null;
        }
    }

    /**
     * For all rows of a batch.
     *
     * @param layer whose keys and values are kept
     */
    void forward(Weights weights, int layer, Spans spans);

    /** What a description asks for. */
    static Attention of(AttentionSpec spec, Products products, Angles angles, Activations a) {
        return switch (spec) {
            case GroupedQuerySpec grouped -> new GroupedQueryAttention(grouped, products, angles, a);
            case LatentSpec latent -> new LatentAttention(latent, products, angles, a);
        };
    }
}
