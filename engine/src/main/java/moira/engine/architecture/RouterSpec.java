package moira.engine.architecture;

import java.util.Locale;
import java.util.Optional;

/**
 * How a router turns its logits into a choice and its weights.
 *
 * @param biased whether the logits have a bias
 * @param corrected whether a learnt number is added to each score for the choice alone, not for the weight (arXiv 2408.15664)
 * @param groups which experts are among those to choose from; empty for all
 * @param renormalised whether the weights of the chosen are divided by their sum
 * @param scale the weights are multiplied with
 */
public record RouterSpec(
        Score score, boolean biased, boolean corrected, Optional<Groups> groups, boolean renormalised, float scale) {

    /** The function from logits to scores. */
    public enum Score {
        /** Softmax over all experts. */
        SOFTMAX,
        /** Each logit's sigmoid (arXiv 2412.19437, eq. 15). */
        SIGMOID,
        /** The logits choose; softmax over the chosen alone (Mixtral of Experts, section 2.1). */
        SOFTMAX_OF_CHOSEN,
        /** SparseMixer-v2 without its noise (arXiv 2409.12136): one choice after the other, each a softmax of what comes near it. */
        SPARSEMIXER;

        /** As traces have it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The experts of some groups are left out of the choice (arXiv 2405.04434, section 2.2.2).
     *
     * @param count of groups, of as many experts each
     * @param kept how many of them may be chosen from
     * @param best of how many of its experts the scores add up to a group's own: 1 for its largest
     */
    public record Groups(int count, int kept, int best) {}

    /** A router without bias, correction, groups or scale. */
    public static RouterSpec of(Score score, boolean renormalised) {
        return new RouterSpec(score, false, false, Optional.empty(), renormalised, 1);
    }

    public RouterSpec withBias() {
        return new RouterSpec(score, true, corrected, groups, renormalised, scale);
    }

    public RouterSpec withCorrection() {
        return new RouterSpec(score, biased, true, groups, renormalised, scale);
    }

    public RouterSpec withScale(float other) {
        return new RouterSpec(score, biased, corrected, groups, renormalised, other);
    }

    public RouterSpec withGroups(Groups chosen) {
        return new RouterSpec(score, biased, corrected, Optional.of(chosen), renormalised, scale);
    }

    /** What a weight is, as traces have it. */
    public String weights() {
        return switch (score) {
            case SOFTMAX_OF_CHOSEN -> "renormalised";
            case SOFTMAX -> renormalised ? "renormalised" : "softmax";
            case SIGMOID -> renormalised ? "renormalised" : "sigmoid";
            case SPARSEMIXER -> "sparsemixer";
        };
    }
}
