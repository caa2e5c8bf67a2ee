package moira.engine.decoder;

import java.lang.foreign.Arena;
import java.util.List;
import moira.engine.RoutingObserver;
import moira.engine.checkpoint.DecoderConfig;
import moira.engine.kernel.Accelerator;
import moira.engine.kernel.Kernels;
import moira.engine.matrix.Matrix;
import moira.engine.matrix.Rows;
import moira.engine.tensor.Tensor;

/** Tokens to hidden states to logits. Immutable; what changes is in a {@link Sequence}. */
public final class Decoder implements AutoCloseable {
    private final DecoderConfig config;
    private final Products products;
    private final Arithmetic arithmetic;
    private final Rows.Formats formats;
    private final Rotary rotary;
    private final Tensor embedding;
    private final List<Layer> layers;
    private final float[] outputNorm;
    private final Matrix output;
    private final Arena memory;

    /**
     * @param accelerator null for none
     * @param memory of the resident matrices; closed with the decoder
     */
    Decoder(
            DecoderConfig config,
            Products products,
            Arithmetic arithmetic,
            Accelerator accelerator,
            Rotary rotary,
            Tensor embedding,
            List<Layer> layers,
            float[] outputNorm,
            Matrix output,
            Arena memory) {
        this.config = config;
        this.products = products;
        this.arithmetic = arithmetic;
        formats = new Rows.Formats(arithmetic.hasInt8(), arithmetic.hasBfloat16() ? accelerator : null);
        this.rotary = rotary;
        this.embedding = embedding;
        this.layers = layers;
        this.outputNorm = outputNorm;
        this.output = output;
        this.memory = memory;
    }

    public DecoderConfig config() {
        return config;
    }

    public int threads() {
        return products.workers().threads();
    }

    /** Bytes of weights that a decode step reads, where they lie. */
    public long bytesPerToken() {
        return output.bytes() + layers.stream().mapToLong(Layer::bytes).sum();
    }

    public Arithmetic arithmetic() {
        return arithmetic;
    }

    public String kernels() {
        String name = products.kernels().name();
        return formats.accelerator() == null
                ? name
                : name + ", " + formats.accelerator().name();
    }

    /** How many tokens {@link #forward} takes at once: their activations fit arrays, and a share of the heap. */
    public int mostTokens() {
        return Activations.mostTokens(config, Runtime.getRuntime().maxMemory());
    }

    /**
     * Takes tokens {@code [from, from + count)} through all layers; they follow what the sequence has.
     *
     * @param observer told of every layer's routing; null for nobody
     */
    public void forward(Sequence sequence, int[] tokens, int from, int count, RoutingObserver observer) {
        sequence.requireRoom(count);
        Activations a = sequence.activations(count, formats);
        int position = sequence.position();
        for (int t = 0; t < count; t++) {
            embedding.row(tokens[from + t], a.hidden, t * config.width());
        }
        rotary.angles(position, count, a.cos, a.sin);
        for (int l = 0; l < layers.size(); l++) {
            forward(layers.get(l), a, count, position, sequence.cache(l), observer != null);
            if (observer != null) {
                observer.routed(l, position, count, a.routes.experts, a.routes.weights, a.routes.probabilities);
            }
        }
        sequence.advance(count);
    }

    /** {@code h += attention(norm(h)); h += experts(norm(h))}. */
    private void forward(Layer layer, Activations a, int tokens, int position, KvCache cache, boolean observed) {
        norm(layer.attentionNorm(), a, tokens);
        layer.attention().forward(products, a, tokens, position, cache);
        int width = config.width();
        Kernels kernels = products.kernels();
        products.forEachToken(tokens, t -> kernels.addScaled(a.hidden, t * width, 1, a.projected, t * width, width));
        norm(layer.expertNorm(), a, tokens);
        layer.router().route(products, a.normed.inFloats(), tokens, a.routes, observed);
        layer.experts().forward(products, a, tokens);
    }

    private void norm(float[] weight, Activations a, int tokens) {
        products.forEachToken(tokens, t -> norm(weight, a, t, t));
    }

    /** Norms the hidden state of one token and puts it in one row of {@code a.normed}. */
    private void norm(float[] weight, Activations a, int token, int row) {
        int width = config.width();
        Kernels kernels = products.kernels();
        kernels.rmsNorm(a.hidden, token * width, weight, config.normEpsilon(), a.normed.values(), row * width, width);
        a.normed.quantise(kernels, row);
    }

    /**
     * Logits of tokens {@code [first, first + count)} of the batch that {@link #forward} took last.
     *
     * @param logits {@code [count][vocabulary]}, overwritten
     */
    public void logits(Sequence sequence, int first, int count, float[] logits) {
        Activations a = sequence.activations(first + count, formats);
        for (int t = 0; t < count; t++) {
            norm(outputNorm, a, first + t, t);
        }
        products.multiply(output, a.normed, count, logits);
    }

    /** Ends the threads and frees the weights; twice is no error. */
    @Override
    public void close() {
        products.workers().close();
        if (memory.scope().isAlive()) {
            memory.close();
        }
    }
}
