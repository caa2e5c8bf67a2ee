package moira.engine.decoder;

import moira.engine.checkpoint.DecoderConfig;

/** The norms before attention, experts and logits: RMSNorm (arXiv 1910.07467) of hidden states. */
final class Norm {
    private final DecoderConfig config;
    private final Products products;
    private final Activations a;
    private final TokenLoop rows;
    private float[] weight;
    private int first;

    Norm(DecoderConfig config, Products products, Activations a) {
        this.config = config;
        this.products = products;
        this.a = a;
        rows = new TokenLoop(products.workers(), this::row);
    }

    /** Norms {@code a.hidden} of tokens {@code [first, first + tokens)} into rows {@code [0, tokens)} of {@code a.normed}. */
    void forward(float[] weight, int first, int tokens) {
        this.weight = weight;
        this.first = first;
        rows.run(tokens);
    }

    private void row(int row) {
        int width = config.width();
        int at = (first + row) * width;
        products.kernels().rmsNorm(a.hidden, at, weight, config.normEpsilon(), a.normed.values(), row * width, width);
        a.normed.quantise(products.kernels(), row);
    }
}
