package moira.engine.architecture;

import java.util.Optional;

/**
 * One layer: {@code h += attention(norm(h)); h += feedForward(norm(h))}.
 *
 * @param norm of both
 */
public record LayerSpec(NormSpec norm, AttentionSpec attention, FeedForwardSpec feedForward) {
    /** Whether its tokens are routed. */
    public boolean routes() {
        return feedForward instanceof MixtureSpec;
    }

    /** What routes its tokens, if anything does. */
    public Optional<MixtureSpec> mixture() {
        return feedForward instanceof MixtureSpec mixture ? Optional.of(mixture) : Optional.empty();
    }
}
