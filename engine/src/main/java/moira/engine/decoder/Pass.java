package moira.engine.decoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import moira.engine.RoutingObserver;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.AttentionSpec;
import moira.engine.architecture.FeedForwardSpec;
import moira.engine.architecture.LayerSpec;
import moira.engine.matrix.Matrix;

/**
 * The way of a batch of tokens through the layers, with all that it needs: room for activations, and the operators that the layers'
 * descriptions ask for, whose loops threads share and which read what changes from their fields. All are made once for a sequence, so that a
 * step of decoding leaves nothing to the garbage collector.
 */
final class Pass {
    private final Architecture architecture;
    private final Products products;
    private final Activations a;
    private final Norm norm;
    private final List<Attention> attentions = new ArrayList<>();
    private final List<FeedForward> feedForwards = new ArrayList<>();
    private final TokenLoop addAttention;
    private final ProductLoop output;
    private final Spans spans = new Spans();
    /** Of the output matrix of attention in the layer at hand; null for none. */
    private float[] attentionBias;

    /** The first row that has logits. */
    private int firstWanted;

    Pass(Architecture architecture, Products products, Rotary rotary, Activations a) {
        this.architecture = architecture;
        this.products = products;
        this.a = a;
        norm = new Norm(architecture.width(), products, a);
        Angles angles = new Angles(rotary, a.tokens());
        Map<AttentionSpec, Attention> attentionOf = new HashMap<>();
        Map<FeedForwardSpec, FeedForward> feedForwardOf = new HashMap<>();
        for (LayerSpec layer : architecture.layers()) {
            attentions.add(
                    attentionOf.computeIfAbsent(layer.attention(), spec -> Attention.of(spec, products, angles, a)));
            feedForwards.add(feedForwardOf.computeIfAbsent(
                    layer.feedForward(), spec -> FeedForward.of(spec, architecture, products, a)));
        }
        addAttention = new TokenLoop(products.workers(), this::addAttention);
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

    /**
     * Adds the next tokens of a sequence; returns the row of the first, where hidden states are to be put.
     *
     * @param wanted how many of the last of them will have logits
     */
    int add(Sequence sequence, int tokens, int wanted, RoutingObserver observer) {
        spans.add(sequence, tokens, wanted, observer);
        firstWanted = spans.firstWanted();
        return spans.first(spans.size() - 1);
    }

    /**
     * {@code h += attention(norm(h)); h += feedForward(norm(h))}, for all hidden states of the batch. The last layer's experts are for
     * logits alone: nobody would read what they add to other tokens.
     */
    void forward(Layer layer, int number, boolean last) {
        int tokens = spans.tokens();
        norm.forward(layer.attentionNorm(), 0, tokens);
        attentions.get(number).forward(layer.attention(), number, spans);
        attentionBias = layer.attention().outputBias();
        addAttention.run(tokens);
        norm.forward(layer.feedForwardNorm(), 0, tokens);
        feedForwards.get(number).forward(layer.feedForward(), last ? firstWanted : 0, tokens, spans.areObserved());
        if (layer.spec().routes()) {
            tell(number);
        }
    }

    private void tell(int layer) {
        for (int span = 0; span < spans.size(); span++) {
            if (spans.observer(span) != null) {
                tell(layer, span);
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
        int k = architecture.expertsPerToken();
        int e = architecture.experts();
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

    /** Moves the rows that have logits together, to the front and in their order; returns how many there are. */
    int gatherWanted() {
        int width = architecture.width();
        int count = 0;
        for (int span = 0; span < spans.size(); span++) {
            for (int row = spans.end(span) - spans.wanted(span); row < spans.end(span); row++) {
                System.arraycopy(a.hidden, row * width, a.hidden, count * width, width);
                count++;
            }
        }
        firstWanted = 0;
        return count;
    }

    /**
     * Logits of tokens {@code [first, first + count)}, {@code [count][vocabulary]}.
     *
     * @param bias null for none
     */
    void logits(Norm.Weights outputNorm, Matrix weight, float[] bias, int first, int count, float[] logits) {
        if (first < firstWanted) {
            throw new IllegalArgumentException(
                    "logits: expected wanted tokens, from " + firstWanted + ", found " + first);
        }
        norm.forward(outputNorm, first, count);
        output.add(weight, logits).run(a.normed, 0, count);
        int vocabulary = architecture.vocabulary();
        for (int t = 0; t < count; t++) {
            if (bias != null) {
                products.kernels().addScaled(logits, t * vocabulary, 1, bias, 0, vocabulary);
            }
            if (architecture.scales().logits() != 1) {
                products.kernels()
                        .scale(logits, t * vocabulary, 1 / architecture.scales().logits(), vocabulary);
            }
        }
    }

    private void addAttention(int t) {
        int width = architecture.width();
        float scale = architecture.scales().residual();
        products.kernels().addScaled(a.hidden, t * width, scale, a.projected, t * width, width);
        if (attentionBias != null) {
            products.kernels().addScaled(a.hidden, t * width, scale, attentionBias, 0, width);
        }
    }
}
