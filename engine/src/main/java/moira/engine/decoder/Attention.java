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
    private int tokens;
    private KvCache cache;
    /** Where the first row of all would stand, if the sequence began with it. */
    private int origin;

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

    /** Reads {@code a.normed}, writes {@code a.projected}. */
    void forward(Weights weights, int layer, Spans spans) {
        this.weights = weights;
        tokens = spans.tokens();
        int blocks = weights.query().blocks()
                + weights.key().blocks()
                + weights.value().blocks();
        products.workers().run(blocks * Products.chunks(a.normed, tokens), project);
        for (int span = 0; span < spans.size(); span++) {
            Sequence sequence = spans.sequence(span);
            attend(sequence.cache(layer), sequence.position(), spans.first(span), spans.end(span));
        }
        quantise.run(tokens);
        output.run(weights.output(), a.attended, tokens, a.projected);
    }

    /** Rows {@code [first, end)}, of one sequence, which stand at {@code position} and after. */
    private void attend(KvCache cache, int position, int first, int end) {
        this.cache = cache;
        origin = position - first;
        angles.cover(position, end - first);
        cache.reserve(position + end - first);
        rotateAndStore.runFrom(first, end);
        heads.forward(cache, position, first, end - first);
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
            angles.rotate(a.query, (t * config.heads() + h) * width, origin + t);
        }
        for (int h = 0; h < config.kvHeads(); h++) {
            int at = (t * config.kvHeads() + h) * width;
            angles.rotate(a.key, at, origin + t);
            cache.put(h, origin + t, a.key, at, a.value, at);
        }
    }
}
