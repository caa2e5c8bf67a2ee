package moira.engine.decoder;

import moira.engine.RoutingObserver;
import moira.engine.checkpoint.DecoderConfig;
import moira.engine.matrix.Matrix;

/**
 * The way of a batch of tokens through the layers, with all that it needs: room for activations, and the loops that threads share,
 * which read what changes from their fields. Both are made once for a sequence, so that a step of decoding leaves nothing to the
 * garbage collector.
 */
final class Pass {
    private final DecoderConfig config;
    private final Products products;
    private final Activations a;
    private final Norm norm;
    private final Angles angles;
    private final Attention attention;
    private final TokenLoop addAttention;
    private final Router router;
    private final Experts experts;
    private final ProductLoop output;
    private int firstWanted;

    Pass(DecoderConfig config, Products products, Rotary rotary, Activations a) {
        this.config = config;
        this.products = products;
        this.a = a;
        norm = new Norm(config, products, a);
        angles = new Angles(rotary, config.headWidth() / 2, a.tokens());
        attention = new Attention(config, products, angles, a);
        addAttention = new TokenLoop(products.workers(), this::addAttention);
        router = new Router(config, products, a);
        experts = new Experts(config, products, a);
        output = new ProductLoop(products);
    }

    Products products() {
        return products;
    }

    Activations activations() {
        return a;
    }

    /** A batch begins: its hidden states are there, and the last {@code wanted} of them will have logits. */
    void begin(int position, int tokens, int wanted) {
        angles.cover(position, tokens);
        firstWanted = tokens - wanted;
    }

    /**
     * {@code h += attention(norm(h)); h += experts(norm(h))}, for {@code tokens} hidden states from {@code position} on. The
     * last layer's experts are for logits alone: nobody would read what they add to other tokens.
     */
    void forward(Layer layer, KvCache cache, int position, int tokens, boolean last, boolean observed) {
        norm.forward(layer.attentionNorm(), 0, tokens);
        attention.forward(layer.attention(), cache, position, tokens);
        addAttention.run(tokens);
        norm.forward(layer.expertNorm(), 0, tokens);
        router.route(layer.router(), tokens, observed);
        experts.forward(layer.experts(), last ? firstWanted : 0, tokens);
    }

    /** Tells of the routing of the layer that was gone through last. */
    void tell(RoutingObserver observer, int layer, int position, int tokens) {
        observer.routed(layer, position, tokens, a.routes.experts, a.routes.weights, a.routes.probabilities);
    }

    /** Logits of tokens {@code [first, first + count)}, {@code [count][vocabulary]}. */
    void logits(float[] outputNorm, Matrix weight, int first, int count, float[] logits) {
        if (first < firstWanted) {
            throw new IllegalArgumentException(
                    "logits: expected wanted tokens, from " + firstWanted + ", found " + first);
        }
        norm.forward(outputNorm, first, count);
        output.run(weight, a.normed, count, logits);
    }

    private void addAttention(int t) {
        int width = config.width();
        products.kernels().addScaled(a.hidden, t * width, 1, a.projected, t * width, width);
    }
}
