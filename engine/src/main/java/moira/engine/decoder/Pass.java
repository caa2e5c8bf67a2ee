package moira.engine.decoder;

import java.util.Arrays;
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
    private final Attention attention;
    private final TokenLoop addAttention;
    private final Router router;
    private final Experts experts;
    private final ProductLoop output;
    private final Spans spans = new Spans();
    private int firstWanted;

    Pass(DecoderConfig config, Products products, Rotary rotary, Activations a) {
        this.config = config;
        this.products = products;
        this.a = a;
        norm = new Norm(config, products, a);
        attention = new Attention(config, products, new Angles(rotary, config.headWidth() / 2, a.tokens()), a);
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

    /** A batch begins, without a token so far. */
    void begin() {
        spans.clear();
    }

    /** Adds the next tokens of a sequence; returns the row of the first, where hidden states are to be put. */
    int add(Sequence sequence, int tokens, RoutingObserver observer) {
        spans.add(sequence, tokens, observer);
        return spans.first(spans.size() - 1);
    }

    /** The last {@code wanted} tokens will have logits. */
    void want(int wanted) {
        firstWanted = spans.tokens() - wanted;
    }

    /**
     * {@code h += attention(norm(h)); h += experts(norm(h))}, for all hidden states of the batch. The last layer's experts are for
     * logits alone: nobody would read what they add to other tokens.
     */
    void forward(Layer layer, int number, boolean last) {
        int tokens = spans.tokens();
        norm.forward(layer.attentionNorm(), 0, tokens);
        attention.forward(layer.attention(), number, spans);
        addAttention.run(tokens);
        norm.forward(layer.expertNorm(), 0, tokens);
        router.route(layer.router(), tokens, spans.areObserved());
        experts.forward(layer.experts(), last ? firstWanted : 0, tokens);
        for (int span = 0; span < spans.size(); span++) {
            if (spans.observer(span) != null) {
                tell(number, span);
            }
        }
    }

    private void tell(int layer, int span) {
        RoutingObserver observer = spans.observer(span);
        int position = spans.sequence(span).position();
        int first = spans.first(span);
        int end = spans.end(span);
        Routes routes = a.routes;
        if (first == 0) {
            observer.routed(layer, position, end, routes.experts, routes.weights, routes.probabilities);
            return;
        }
        int k = config.expertsPerToken();
        int e = config.experts();
        observer.routed(
                layer,
                position,
                end - first,
                Arrays.copyOfRange(routes.experts, first * k, end * k),
                Arrays.copyOfRange(routes.weights, first * k, end * k),
                Arrays.copyOfRange(routes.probabilities, first * e, end * e));
    }

    /** The batch is through: its sequences are so much longer. */
    void end() {
        for (int span = 0; span < spans.size(); span++) {
            spans.sequence(span).advance(spans.end(span) - spans.first(span));
        }
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
