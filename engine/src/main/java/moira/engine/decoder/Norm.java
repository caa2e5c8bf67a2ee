package moira.engine.decoder;

import moira.engine.architecture.NormSpec;
import moira.engine.matrix.Rows;

/** The norms before attention, experts and logits, of hidden states: RMSNorm (arXiv 1910.07467) or LayerNorm (arXiv 1607.06450). */
final class Norm {
    /**
     * What a normed state is multiplied with, and what is added.
     *
     * @param bias null for none
     */
    // The arrays are weights: nobody writes them.
    @SuppressWarnings("ArrayRecordComponent")
    record Weights(NormSpec spec, float[] weight, float[] bias) {}

    private final int width;
    private final Products products;
    private final Activations a;
    private final TokenLoop rows;
    private Weights weights;
    private int first;

    Norm(int width, Products products, Activations a) {
        this.width = width;
        this.products = products;
        this.a = a;
        rows = new TokenLoop(products.workers(), this::row);
    }

    /** Norms {@code a.hidden} of tokens {@code [first, first + tokens)} into rows {@code [0, tokens)} of {@code a.normed}. */
    void forward(Weights weights, int first, int tokens) {
        this.weights = weights;
        this.first = first;
        rows.run(tokens);
    }

    private void row(int row) {
        int at = (first + row) * width;
        Rows out = a.normed;
        NormSpec spec = weights.spec();
        switch (spec.kind()) {
            case RMS ->
                products.kernels()
                        .rmsNorm(a.hidden, at, weights.weight(), spec.epsilon(), out.values(), row * width, width);
            case LAYER -> layerNorm(a.hidden, at, out.values(), row * width);
        }
        out.quantise(products.kernels(), row);
    }

    /** {@code (x - mean) / sqrt(variance + epsilon) * weight + bias}, sums in order and in doubles: the same bits for all kernels. */
    private void layerNorm(float[] x, int at, float[] out, int outAt) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
            sum += x[at + i];
        }
        double mean = sum / width;
        double squares = 0;
        for (int i = 0; i < width; i++) {
            squares += (x[at + i] - mean) * (x[at + i] - mean);
        }
        double factor = 1 / Math.sqrt(squares / width + weights.spec().epsilon());
        for (int i = 0; i < width; i++) {
            float normed = (float) ((x[at + i] - mean) * factor);
            out[outAt + i] = Math.fma(normed, weights.weight()[i], weights.bias()[i]);
        }
    }
}
