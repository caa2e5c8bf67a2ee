package moira.engine.decoder;

import java.util.Arrays;
import moira.engine.kernel.Kernels;

/**
 * SparseMixer-v2 as it routes when nothing is learnt (arXiv 2409.12136; the inference of Phi-3.5-MoE): one choice after the other, each the
 * highest logit that is left, whose weight is its softmax among those that come near it. Weights of a token need not sum to 1.
 */
final class SparseMixer {
    /** How far below the highest a logit may lie, as a share of the larger of the two, to be among those that come near. */
    private static final float NEAR = 0.02f;

    private SparseMixer() {}

    /**
     * Chooses a token's experts.
     *
     * @param at where its logits begin; {@code routes.selection} is used from there, too
     * @param to where its choices go
     */
    static void choose(Kernels kernels, Routes routes, int at, int experts, int to, int k) {
        float[] logits = routes.logits;
        float[] near = routes.selection;
        for (int choice = 0; choice < k; choice++) {
            int best = highest(logits, at, experts, routes.experts, to, choice);
            float max = logits[at + best];
            for (int e = 0; e < experts; e++) {
                boolean taken = isTaken(e, routes.experts, to, choice);
                float logit = logits[at + e];
                boolean far = (max - logit) / Math.max(Math.abs(logit), max) > NEAR;
                near[at + e] = taken || far ? Float.NEGATIVE_INFINITY : logit;
            }
            routes.experts[to + choice] = best;
            kernels.softmax(near, at, experts, 1);
            routes.weights[to + choice] = near[at + best];
        }
        Arrays.fill(near, at, at + experts, 0);
    }

    private static int highest(float[] logits, int at, int experts, int[] chosen, int to, int choices) {
        int best = -1;
        for (int e = 0; e < experts; e++) {
            if (!isTaken(e, chosen, to, choices) && (best < 0 || TopK.isHigher(logits[at + e], logits[at + best]))) {
                best = e;
            }
        }
        return best;
    }

    private static boolean isTaken(int expert, int[] chosen, int to, int choices) {
        for (int i = to; i < to + choices; i++) {
            if (chosen[i] == expert) {
                return true;
            }
        }
        return false;
    }
}
