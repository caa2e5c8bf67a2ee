package moira.engine.architecture;

import java.util.Optional;

/**
 * A mixture of experts: {@code y = sum over the chosen i of G(x)_i * E_i(x)} (Mixtral of Experts, section 2.1), and perhaps experts
 * that every token goes to.
 *
 * @param experts E
 * @param expertsPerToken k
 * @param expertWidth of the hidden layer of one expert
 * @param biased whether the experts' matrices have biases
 */
public record MixtureSpec(
        int experts,
        int expertsPerToken,
        int expertWidth,
        Activation activation,
        boolean biased,
        RouterSpec router,
        Optional<Shared> shared)
        implements FeedForwardSpec {

    /**
     * Experts that are never chosen and always used, as one unit (arXiv 2401.06066, section 3.2).
     *
     * @param count of how many experts it is made, for people
     * @param width of the hidden layer of all of them
     * @param gated whether a token weighs their output, by the sigmoid of a product
     */
    public record Shared(int count, int width, boolean gated) {}

    public MixtureSpec withExpertsPerToken(int k) {
        return new MixtureSpec(experts, k, expertWidth, activation, biased, router, shared);
    }

    /** The same with experts that every token goes to. */
    public MixtureSpec withShared(int count, int width, boolean gated) {
        Shared all = new Shared(count, width, gated);
        return new MixtureSpec(experts, expertsPerToken, expertWidth, activation, biased, router, Optional.of(all));
    }

    /** The same with another inside of its experts. */
    public MixtureSpec with(Activation other, boolean biases) {
        return new MixtureSpec(experts, expertsPerToken, expertWidth, other, biases, router, shared);
    }
}
