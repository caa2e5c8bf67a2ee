package moira.engine.decoder;

import moira.engine.checkpoint.DecoderConfig;
import moira.engine.concurrent.Workers;
import moira.engine.matrix.Matrix;

/**
 * Grouped-query attention (arXiv 2305.13245) with rotary embedding, causal, over a sliding window where the model has one
 * (arXiv 2310.06825, section 2): {@code softmax(q K^T / sqrt(headWidth)) V}.
 */
final class Attention {
    /** The weights of a layer's attention. */
    record Weights(Matrix query, Matrix key, Matrix value, Matrix output) {
        long bytes() {
            return query.bytes() + key.bytes() + value.bytes() + output.bytes();
        }
    }

    private final DecoderConfig config;
    private final Products products;
    private final Angles angles;
    private final Activations a;
    private final Workers.Task project = this::project;
    private final TokenLoop rotateAndStore;
    private final Heads heads;
    private final TokenLoop quantise;
    private final ProductLoop output;

    private Weights weights;
    private KvCache cache;
    private int position;
    private int tokens;

    Attention(DecoderConfig config, Products products, Angles angles, Activations a) {
        this.config = config;
        this.products = products;
        this.angles = angles;
        this.a = a;
        rotateAndStore = new TokenLoop(products.workers(), this::rotateAndStore);
        heads = new Heads(config, products, a);
        quantise = new TokenLoop(products.workers(), t -> a.attended.quantise(products.kernels(), t));
        output = new ProductLoop(products);
    }

    /** Reads {@code a.normed}, writes {@code a.projected}; the tokens stand at {@code position} and after. */
    void forward(Weights weights, KvCache cache, int position, int tokens) {
        this.weights = weights;
        this.cache = cache;
        this.position = position;
        this.tokens = tokens;
        int blocks = weights.query().blocks()
                + weights.key().blocks()
                + weights.value().blocks();
        products.workers().run(blocks * Products.chunks(a.normed, tokens), project);
        cache.reserve(position + tokens);
        rotateAndStore.run(tokens);
        heads.forward(cache, position, tokens);
        quantise.run(tokens);
        output.run(weights.output(), a.attended, tokens, a.projected);
    }

    /** Queries, keys and values in one loop: threads meet once, not three times. */
    private void project(int task, int worker) {
        int chunks = Products.chunks(a.normed, tokens);
        int keys = weights.query().blocks() * chunks;
        int values = keys + weights.key().blocks() * chunks;
        if (task < keys) {
            products.multiply(weights.query(), task, worker, a.normed, tokens, a.query);
        } else if (task < values) {
            products.multiply(weights.key(), task - keys, worker, a.normed, tokens, a.key);
        } else {
            products.multiply(weights.value(), task - values, worker, a.normed, tokens, a.value);
        }
    }

    private void rotateAndStore(int t) {
        int width = config.headWidth();
        for (int h = 0; h < config.heads(); h++) {
            angles.rotate(a.query, (t * config.heads() + h) * width, position + t);
        }
        for (int h = 0; h < config.kvHeads(); h++) {
            int at = (t * config.kvHeads() + h) * width;
            angles.rotate(a.key, at, position + t);
            cache.put(h, position + t, a.key, at, a.value, at);
        }
    }
}
