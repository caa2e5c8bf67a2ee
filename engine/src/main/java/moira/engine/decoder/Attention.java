package moira.engine.decoder;

import moira.engine.checkpoint.DecoderConfig;
import moira.engine.kernel.Kernels;
import moira.engine.matrix.Matrix;

/**
 * Grouped-query attention (arXiv 2305.13245) with rotary embedding, causal, over a sliding window where the model has one
 * (arXiv 2310.06825, section 2): {@code softmax(q K^T / sqrt(headWidth)) V}.
 */
final class Attention {
    private final DecoderConfig config;
    private final Rotary rotary;
    private final Matrix query;
    private final Matrix key;
    private final Matrix value;
    private final Matrix output;

    Attention(DecoderConfig config, Rotary rotary, Matrix query, Matrix key, Matrix value, Matrix output) {
        this.config = config;
        this.rotary = rotary;
        this.query = query;
        this.key = key;
        this.value = value;
        this.output = output;
    }

    /** Bytes of weights that a token reads. */
    long bytes() {
        return query.bytes() + key.bytes() + value.bytes() + output.bytes();
    }

    /** Reads {@code a.normed}, writes {@code a.projected}; the tokens stand at {@code position} and after. */
    void forward(Products products, Activations a, int tokens, int position, KvCache cache) {
        project(products, a, tokens);
        cache.reserve(position + tokens);
        products.forEachToken(tokens, t -> rotateAndStore(a, t, position, cache));
        int kvHeads = config.kvHeads();
        products.workers().run(tokens * kvHeads, (task, worker) -> {
            // The last tokens see most, so they go first: no thread is left with the longest task at the end.
            int t = tokens - 1 - task / kvHeads;
            attend(products, worker, a, t, position + t, task % kvHeads, cache);
        });
        products.forEachToken(tokens, t -> a.attended.quantise(products.kernels(), t));
        products.multiply(output, a.attended, tokens, a.projected);
    }

    /** Queries, keys and values in one loop: threads meet once, not three times. */
    private void project(Products products, Activations a, int tokens) {
        int chunks = Products.chunks(a.normed, tokens);
        int keys = query.blocks() * chunks;
        int values = keys + key.blocks() * chunks;
        products.workers().run(values + value.blocks() * chunks, (task, worker) -> {
            if (task < keys) {
                products.multiply(query, task, worker, a.normed, tokens, a.query);
            } else if (task < values) {
                products.multiply(key, task - keys, worker, a.normed, tokens, a.key);
            } else {
                products.multiply(value, task - values, worker, a.normed, tokens, a.value);
            }
        });
    }

    private void rotateAndStore(Activations a, int t, int position, KvCache cache) {
        int width = config.headWidth();
        int angles = t * width / 2;
        for (int h = 0; h < config.heads(); h++) {
            rotary.rotate(a.query, (t * config.heads() + h) * width, a.cos, a.sin, angles);
        }
        for (int h = 0; h < config.kvHeads(); h++) {
            int at = (t * config.kvHeads() + h) * width;
            rotary.rotate(a.key, at, a.cos, a.sin, angles);
            cache.put(h, position + t, a.key, at, a.value, at);
        }
    }

    /** The query heads of one token that share one key head. */
    private void attend(Products products, int worker, Activations a, int t, int position, int kvHead, KvCache cache) {
        Kernels kernels = products.kernels();
        int width = config.headWidth();
        int group = config.heads() / config.kvHeads();
        int head = (t * config.heads() + kvHead * group) * width;
        int first = config.slidingWindow() == 0 ? 0 : Math.max(0, position - config.slidingWindow() + 1);
        int panel = first - first % Kernels.LANES;
        int before = first - panel;
        int seen = position + 1 - first;
        // Whole panels: the scores of positions after this one are computed along and not looked at.
        int stride = (before + seen + Kernels.LANES - 1) / Kernels.LANES * Kernels.LANES;
        float[] scores = products.scratch(worker).scores(group * stride);
        kernels.product(
                cache.keys(),
                cache.keyAt(kvHead, panel),
                cache.keyPanelBytes(),
                stride,
                width,
                a.query,
                head,
                width,
                group,
                scores,
                0,
                stride);
        float scale = (float) (1 / Math.sqrt(width));
        for (int h = 0; h < group; h++) {
            kernels.softmax(scores, h * stride + before, seen, scale);
        }
        kernels.product(
                cache.values(),
                cache.valueAt(kvHead, first),
                cache.valuePanelBytes(),
                width,
                seen,
                scores,
                before,
                stride,
                group,
                a.attended.values(),
                head,
                width);
    }
}
