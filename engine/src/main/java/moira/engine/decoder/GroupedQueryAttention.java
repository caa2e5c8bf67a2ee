package moira.engine.decoder;

import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.GroupedQuerySpec.HeadNorm;
import moira.engine.kernel.Kernels;
import moira.engine.matrix.Matrix;

/**
 * Grouped-query attention (arXiv 2305.13245) with rotary embedding, causal, over a sliding window where the layer has one
 * (arXiv 2310.06825, section 2): {@code softmax(scale * q K^T) V}.
 */
final class GroupedQueryAttention implements Attention {
    /**
     * The weights.
     *
     * @param queryNorm of each head or of all of them; null for none, as the others
     * @param sinks a logit a head
     */
    // The arrays are weights: nobody writes them.
    @SuppressWarnings("ArrayRecordComponent")
    record Weights(
            Linear query, Linear key, Linear value, float[] queryNorm, float[] keyNorm, float[] sinks, Linear output)
            implements Attention.Weights {
        @Override
        public long bytes() {
            return query.bytes() + key.bytes() + value.bytes() + output.bytes();
        }

        @Override
        public float[] outputBias() {
            return output.bias();
        }
    }

    private final GroupedQuerySpec spec;
    private final Products products;
    private final Angles angles;
    private final Activations a;
    private final ProductLoop project;
    private final TokenLoop rotateAndStore;
    private final Heads heads;
    private final TokenLoop quantise;
    private final ProductLoop output;

    private Weights weights;
    private KvCache cache;
    /** Where the first row of all would stand, if the sequence began with it. */
    private int origin;

    GroupedQueryAttention(GroupedQuerySpec spec, Products products, Angles angles, Activations a) {
        this.spec = spec;
        this.products = products;
        this.angles = angles;
        this.a = a;
        project = new ProductLoop(products);
        rotateAndStore = new TokenLoop(products.workers(), this::rotateAndStore);
        heads = new Heads(spec, products, a.query, a.attended.values());
        quantise = new TokenLoop(products.workers(), t -> a.attended.quantise(products.kernels(), t));
        output = new ProductLoop(products);
    }

    @Override
    public void forward(Attention.Weights ofLayer, int layer, Spans spans) {
        weights = (Weights) ofLayer;
        int tokens = spans.tokens();
        // Queries, keys and values in one loop: threads meet once, not three times.
        project.add(weights.query().matrix(), a.query)
                .add(weights.key().matrix(), a.key)
                .add(weights.value().matrix(), a.value)
                .run(a.normed, 0, tokens);
        for (int span = 0; span < spans.size(); span++) {
            attend(spans.sequence(span), layer, spans.first(span), spans.end(span));
        }
        quantise.run(tokens);
        Matrix matrix = weights.output().matrix();
        output.add(matrix, a.projected).run(a.attended, 0, tokens);
    }

    /** Rows {@code [first, end)}, which are the sequence's next. */
    private void attend(Sequence sequence, int layer, int first, int end) {
        int position = sequence.position();
        cache = sequence.cache(layer);
        origin = position - first;
        angles.cover(position, end - first, sequence.isBeyond());
        cache.reserve(position + end - first);
        rotateAndStore.runFrom(first, end);
        heads.forward(cache, weights.sinks(), position, first, end - first);
    }

    private void rotateAndStore(int t) {
        int width = spec.headWidth();
        prepare(a.query, t * spec.heads() * width, spec.heads(), weights.query().bias(), weights.queryNorm());
        int keys = t * spec.kvHeads() * width;
        prepare(a.key, keys, spec.kvHeads(), weights.key().bias(), weights.keyNorm());
        prepare(a.value, keys, spec.kvHeads(), weights.value().bias(), null);
        for (int h = 0; h < spec.heads(); h++) {
            angles.rotate(a.query, (t * spec.heads() + h) * width, origin + t);
        }
        for (int h = 0; h < spec.kvHeads(); h++) {
            int at = keys + h * width;
            angles.rotate(a.key, at, origin + t);
            cache.put(h, origin + t, a.key, at, a.value, at);
        }
    }

    /** Adds the bias, norms, and clips, where there is something to do. */
    private void prepare(float[] x, int at, int headCount, float[] bias, float[] norm) {
        Kernels kernels = products.kernels();
        int width = spec.headWidth();
        int n = headCount * width;
        if (bias != null) {
            kernels.addScaled(x, at, 1, bias, 0, n);
        }
        if (norm != null && spec.norm() == HeadNorm.WHOLE) {
            kernels.rmsNorm(x, at, norm, spec.normEpsilon(), x, at, n);
        } else if (norm != null) {
            for (int h = 0; h < headCount; h++) {
                kernels.rmsNorm(x, at + h * width, norm, spec.normEpsilon(), x, at + h * width, width);
            }
        }
        if (spec.clip() > 0) {
            for (int i = at; i < at + n; i++) {
                x[i] = Math.clamp(x[i], -spec.clip(), spec.clip());
            }
        }
    }
}
