package moira.engine.decoder;

import moira.engine.checkpoint.DecoderConfig;
import moira.engine.kernel.Kernels;
import moira.engine.matrix.Matrix;
import moira.engine.matrix.Rows;

/**
 * The gate of a layer: {@code G(x) = Softmax(TopK(x W_g))} (Mixtral of Experts, section 2.1). The softmax runs over the
 * chosen k alone, so their weights sum to 1. A tie goes to the lowest expert.
 */
final class Router {
    private final Products products;
    private final Activations a;
    private final ProductLoop logits;
    private final TokenLoop choose;
    private final Rows normed;
    private final int experts;
    private final int k;
    private boolean observed;

    Router(DecoderConfig config, Products products, Activations a) {
        this.products = products;
        this.a = a;
        logits = new ProductLoop(products);
        choose = new TokenLoop(products.workers(), this::choose);
        normed = a.normed.inFloats();
        experts = config.experts();
        k = config.expertsPerToken();
    }

    /** Chooses the experts of every token from {@code a.normed}, in floats, and fills {@code a.routes}, all but the order by expert. */
    void route(Matrix weight, int tokens, boolean observed) {
        this.observed = observed;
        logits.run(weight, normed, tokens, a.routes.logits);
        choose.run(tokens);
    }

    private void choose(int t) {
        Routes routes = a.routes;
        Kernels kernels = products.kernels();
        topK(routes.logits, t * experts, routes.experts, t * k);
        for (int i = t * k; i < (t + 1) * k; i++) {
            routes.weights[i] = routes.logits[t * experts + routes.experts[i]];
        }
        kernels.softmax(routes.weights, t * k, k, 1);
        if (observed) {
            System.arraycopy(routes.logits, t * experts, routes.probabilities, t * experts, experts);
            kernels.softmax(routes.probabilities, t * experts, experts, 1);
        }
    }

    /** The k highest of E logits, highest first. NaN is lower than everything, so that a broken model still has a route. */
    private void topK(float[] logits, int at, int[] chosen, int chosenAt) {
        for (int choice = 0; choice < k; choice++) {
            int best = -1;
            for (int e = 0; e < experts; e++) {
                if (isFree(e, chosen, chosenAt, choice) && (best < 0 || isHigher(logits[at + e], logits[at + best]))) {
                    best = e;
                }
            }
            chosen[chosenAt + choice] = best;
        }
    }

    private static boolean isHigher(float logit, float best) {
        return logit > best || (Float.isNaN(best) && !Float.isNaN(logit));
    }

    private static boolean isFree(int expert, int[] chosen, int at, int choices) {
        for (int i = at; i < at + choices; i++) {
            if (chosen[i] == expert) {
                return false;
            }
        }
        return true;
    }
}
