package moira.engine.decoder;

import java.util.List;
import moira.engine.architecture.LatentSpec;
import moira.engine.kernel.Kernels;
import moira.engine.matrix.Matrix;

/**
 * Multi-head latent attention (arXiv 2405.04434, section 2.1), with the key and value matrices absorbed (section 2.1.2): a head asks the
 * latents themselves, {@code softmax(scale * (W_k q_c . c + q_r . k_r))}, and its value matrix is applied to the latent that it finds.
 */
final class LatentAttention implements Attention {
    /**
     * The weights.
     *
     * @param queryDown null where queries are made at once
     * @param queryNorm of the compressed query; null where there is none
     * @param query from the compressed query, or from the hidden state
     * @param latent to the latent vector, and to the rotated key behind it
     * @param keys one a head
     * @param values one a head
     */
    // The arrays are weights: nobody writes them.
    @SuppressWarnings("ArrayRecordComponent")
    record Weights(
            Matrix queryDown,
            float[] queryNorm,
            Matrix query,
            Matrix latent,
            float[] latentNorm,
            List<Matrix> keys,
            List<Matrix> values,
            Matrix output)
            implements Attention.Weights {
        @Override
        public long bytes() {
            long ofHeads = keys.stream().mapToLong(Matrix::bytes).sum()
                    + values.stream().mapToLong(Matrix::bytes).sum();
            return (queryDown == null ? 0 : queryDown.bytes())
                    + query.bytes()
                    + latent.bytes()
                    + ofHeads
                    + output.bytes();
        }
    }

    private final LatentSpec spec;
    private final Products products;
    private final Angles angles;
    private final Activations a;
    private final Latents l;
    private final ProductLoop project;
    private final TokenLoop compress;
    private final TokenLoop rotateAndStore;
    private final HeadLoop ask;
    private final Heads heads;
    private final TokenLoop gather;
    private final HeadLoop answer;
    private final TokenLoop quantise;
    private final ProductLoop output;

    private Weights weights;
    private int tokens;
    private KvCache cache;
    private int origin;

    LatentAttention(LatentSpec spec, Products products, Angles angles, Activations a) {
        this.spec = spec;
        this.products = products;
        this.angles = angles;
        this.a = a;
        l = a.latents;
        project = new ProductLoop(products);
        compress = new TokenLoop(products.workers(), this::compress);
        rotateAndStore = new TokenLoop(products.workers(), this::rotateAndStore);
        ask = new HeadLoop(products);
        heads = new Heads(spec, products, a.query, l.found);
        gather = new TokenLoop(products.workers(), this::gather);
        answer = new HeadLoop(products);
        quantise = new TokenLoop(products.workers(), t -> a.attended.quantise(products.kernels(), t));
        output = new ProductLoop(products);
    }

    @Override
    public void forward(Attention.Weights ofLayer, int layer, Spans spans) {
        weights = (Weights) ofLayer;
        tokens = spans.tokens();
        queriesAndLatents();
        for (int span = 0; span < spans.size(); span++) {
            Sequence sequence = spans.sequence(span);
            cache = sequence.cache(layer);
            origin = sequence.position() - spans.first(span);
            angles.cover(sequence.position(), spans.end(span) - spans.first(span), sequence.isBeyond());
            cache.reserve(origin + spans.end(span));
            rotateAndStore.runFrom(spans.first(span), spans.end(span));
        }
        ask.run(weights.keys(), l.content, tokens, a.query, spec.keyWidth());
        for (int span = 0; span < spans.size(); span++) {
            Sequence sequence = spans.sequence(span);
            int first = spans.first(span);
            heads.forward(sequence.cache(layer), null, sequence.position(), first, spans.end(span) - first);
        }
        gather.run(tokens);
        answer.run(weights.values(), l.gathered, tokens, a.attended.values(), spec.headValueWidth());
        quantise.run(tokens);
        output.add(weights.output(), a.projected).run(a.attended, 0, tokens);
    }

    private void queriesAndLatents() {
        if (weights.queryDown() == null) {
            project.add(weights.query(), l.query)
                    .add(weights.latent(), l.latent)
                    .run(a.normed, 0, tokens);
            return;
        }
        project.add(weights.queryDown(), l.compressed.values())
                .add(weights.latent(), l.latent)
                .run(a.normed, 0, tokens);
        compress.run(tokens);
        project.add(weights.query(), l.query).run(l.compressed, 0, tokens);
    }

    private void compress(int t) {
        float[] x = l.compressed.values();
        int rank = spec.queryRank();
        products.kernels().rmsNorm(x, t * rank, weights.queryNorm(), spec.normEpsilon(), x, t * rank, rank);
        l.compressed.quantise(products.kernels(), t);
    }

    /** A token's latent is normed, its key turned, both are kept; its queries are split into what is turned and what is not. */
    private void rotateAndStore(int t) {
        Kernels kernels = products.kernels();
        int latent = spec.latentWidth();
        int at = t * spec.keyWidth();
        kernels.rmsNorm(l.latent, at, weights.latentNorm(), spec.normEpsilon(), l.latent, at, latent);
        angles.rotate(l.latent, at + latent, origin + t);
        cache.put(0, origin + t, l.latent, at, l.latent, at);
        int content = spec.contentWidth();
        int turned = spec.rotary().dimensions();
        for (int h = 0; h < spec.heads(); h++) {
            int query = (t * spec.heads() + h) * spec.queryWidth();
            angles.rotate(l.query, query + content, origin + t);
            int row = h * tokens + t;
            System.arraycopy(l.query, query, l.content.values(), row * content, content);
            l.content.quantise(kernels, row);
            int asked = (t * spec.heads() + h) * spec.keyWidth() + latent;
            System.arraycopy(l.query, query + content, a.query, asked, turned);
        }
    }

    /** What a token's heads found, head by head. */
    private void gather(int t) {
        int latent = spec.latentWidth();
        for (int h = 0; h < spec.heads(); h++) {
            int row = h * tokens + t;
            System.arraycopy(l.found, (t * spec.heads() + h) * latent, l.gathered.values(), row * latent, latent);
            l.gathered.quantise(products.kernels(), row);
        }
    }
}
