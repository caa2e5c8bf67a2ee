package moira.engine.decoder;

import java.util.Arrays;
import moira.engine.architecture.MixtureSpec;
import moira.engine.architecture.RouterSpec;
import moira.engine.architecture.RouterSpec.Groups;
import moira.engine.architecture.RouterSpec.Score;
import moira.engine.kernel.ExpScalar;
import moira.engine.kernel.Kernels;
import moira.engine.matrix.Matrix;
import moira.engine.matrix.Rows;

/**
 * The gate of a layer: scores of all experts from {@code x W_g}, a choice of k, and their weights. In Mixtral {@code G(x) =
 * Softmax(TopK(x W_g))} (Mixtral of Experts, section 2.1): the softmax runs over the chosen k alone, so their weights sum to 1. A tie goes
 * to the lowest expert.
 */
final class Router {
    /**
     * The weights of a layer's router.
     *
     * @param bias of the logits; null for none
     * @param correction of the scores, for the choice; null for none
     */
    // The arrays are weights: nobody writes them.
    @SuppressWarnings("ArrayRecordComponent")
    record Weights(Matrix matrix, float[] bias, float[] correction) {}

    private final Products products;
    private final Activations a;
    private final ProductLoop logits;
    private final TokenLoop choose;
    private final Rows normed;
    private final RouterSpec spec;
    private final int experts;
    private final int k;
    private Weights weights;
    private boolean observed;

    Router(MixtureSpec mixture, Products products, Activations a) {
        this.products = products;
        this.a = a;
        logits = new ProductLoop(products);
        choose = new TokenLoop(products.workers(), this::choose);
        normed = a.normed.inFloats();
        spec = mixture.router();
        experts = mixture.experts();
        k = mixture.expertsPerToken();
    }

    /** Whether the highest scores, or the highest logits, are the choice. */
    static boolean selectsByScore(RouterSpec spec) {
        return !spec.corrected() && spec.groups().isEmpty() && spec.score() != Score.SPARSEMIXER;
    }

    /** Chooses the experts of every token from {@code a.normed}, in floats, and fills {@code a.routes}, all but the order by expert. */
    void route(Weights weights, int tokens, boolean observed) {
        this.weights = weights;
        this.observed = observed;
        logits.add(weights.matrix(), a.routes.logits).run(normed, 0, tokens);
        choose.run(tokens);
    }

    private void choose(int t) {
        Routes routes = a.routes;
        Kernels kernels = products.kernels();
        int at = t * experts;
        if (weights.bias() != null) {
            kernels.addScaled(routes.logits, at, 1, weights.bias(), 0, experts);
        }
        score(at);
        switch (spec.score()) {
            case SOFTMAX_OF_CHOSEN -> {
                TopK.of(routes.logits, at, experts, routes.experts, t * k, k);
                take(routes.logits, at, t);
                kernels.softmax(routes.weights, t * k, k, 1);
            }
            case SOFTMAX, SIGMOID -> {
                TopK.of(selection(at), at, experts, routes.experts, t * k, k);
                take(routes.probabilities, at, t);
                if (spec.corrected()) {
                    sortByWeight(t);
                }
                renormalise(t);
            }
            case SPARSEMIXER -> SparseMixer.choose(kernels, routes, at, experts, t * k, k);
        }
        if (spec.scale() != 1) {
            kernels.scale(routes.weights, t * k, spec.scale(), k);
        }
    }

    /** Fills the scores of a token; where the logits choose, for an observer alone. */
    private void score(int at) {
        Routes routes = a.routes;
        if (spec.score() == Score.SIGMOID) {
            for (int e = at; e < at + experts; e++) {
                routes.probabilities[e] = 1 / (1 + ExpScalar.exp(-routes.logits[e]));
            }
        } else if (observed || spec.score() == Score.SOFTMAX) {
            System.arraycopy(routes.logits, at, routes.probabilities, at, experts);
            products.kernels().softmax(routes.probabilities, at, experts, 1);
        }
    }

    /** What the choice is made by: the scores, or these with a correction, without the groups that are left out. */
    private float[] selection(int at) {
        Routes routes = a.routes;
        if (selectsByScore(spec)) {
            return routes.probabilities;
        }
        System.arraycopy(routes.probabilities, at, routes.selection, at, experts);
        if (weights.correction() != null) {
            products.kernels().addScaled(routes.selection, at, 1, weights.correction(), 0, experts);
        }
        if (spec.groups().isPresent()) {
            keepBestGroups(spec.groups().get(), routes.selection, at);
        }
        return routes.selection;
    }

    /**
     * Of groups that are not among the best, no expert may be chosen (arXiv 2405.04434, section 2.2.2; arXiv 2412.19437, section 2.1.2).
     */
    private void keepBestGroups(Groups groups, float[] scores, int at) {
        int size = experts / groups.count();
        for (int left = groups.count(); left > groups.kept(); left--) {
            int worst = -1;
            float worstScore = 0;
            for (int g = 0; g < groups.count(); g++) {
                int first = at + g * size;
                float score = groupScore(groups, scores, first, size);
                // Of equal ones the last goes.
                if (!isLeftOut(scores, first, size) && (worst < 0 || !(score > worstScore))) {
                    worst = g;
                    worstScore = score;
                }
            }
            if (worst < 0) {
                return;
            }
            Arrays.fill(scores, at + worst * size, at + (worst + 1) * size, Float.NEGATIVE_INFINITY);
        }
    }

    private static boolean isLeftOut(float[] scores, int at, int size) {
        for (int e = at; e < at + size; e++) {
            if (scores[e] != Float.NEGATIVE_INFINITY) {
                return false;
            }
        }
        return true;
    }

    /** The sum of a group's best one or two. */
    private static float groupScore(Groups groups, float[] scores, int at, int size) {
        float best = Float.NEGATIVE_INFINITY;
        float second = Float.NEGATIVE_INFINITY;
        for (int e = at; e < at + size; e++) {
            if (scores[e] > best) {
                second = best;
                best = scores[e];
            } else if (scores[e] > second) {
                second = scores[e];
            }
        }
        return groups.best() == 1 ? best : best + second;
    }

    private void take(float[] from, int at, int t) {
        for (int i = t * k; i < (t + 1) * k; i++) {
            a.routes.weights[i] = from[at + a.routes.experts[i]];
        }
    }

    /** Choice 1 has the highest weight, also where something else chose. */
    private void sortByWeight(int t) {
        Routes routes = a.routes;
        for (int i = t * k + 1; i < (t + 1) * k; i++) {
            float weight = routes.weights[i];
            int expert = routes.experts[i];
            int to = i;
            while (to > t * k && comesBefore(weight, expert, routes.weights[to - 1], routes.experts[to - 1])) {
                routes.weights[to] = routes.weights[to - 1];
                routes.experts[to] = routes.experts[to - 1];
                to--;
            }
            routes.weights[to] = weight;
            routes.experts[to] = expert;
        }
    }

    private static boolean comesBefore(float weight, int expert, float other, int otherExpert) {
        return weight > other || (weight == other && expert < otherExpert);
    }

    private void renormalise(int t) {
        if (!spec.renormalised()) {
            return;
        }
        float sum = 0;
        for (int i = t * k; i < (t + 1) * k; i++) {
            sum += a.routes.weights[i];
        }
        products.kernels().scale(a.routes.weights, t * k, 1 / sum, k);
    }
}
