package moira.engine.decoder;

import moira.engine.architecture.LayerSpec;

/** One layer of the decoder: what it is, and its weights. */
record Layer(
        LayerSpec spec,
        Norm.Weights attentionNorm,
        Attention.Weights attention,
        Norm.Weights feedForwardNorm,
        FeedForward.Weights feedForward) {
    /** Bytes of weights that a token reads, which goes to some of the experts. */
    long bytes(int expertsPerToken) {
        return attention.bytes() + feedForward.bytes(expertsPerToken);
    }
}
