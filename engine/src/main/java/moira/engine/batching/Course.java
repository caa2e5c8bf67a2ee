package moira.engine.batching;

import java.util.Optional;
import moira.engine.MoiraException;
import moira.engine.RoutingObserver;

/** What one sequence of a batch is to become. The batcher's thread alone calls it, and should not be kept waiting. */
public interface Course {
    /** The first tokens, at least one. */
    int[] prompt();

    /** How many tokens the sequence has at most, its prompt included: memory is kept for so many. */
    int length();

    /** Told where its tokens go; empty for nobody. */
    default Optional<RoutingObserver> observer() {
        return Optional.empty();
    }

    /** Whether the logits of all its prompt are wanted, not of its last token alone. */
    default boolean wantsPromptLogits() {
        return false;
    }

    /** Whether the beginning of its prompt may be taken from a sequence that had the same tokens: nobody is told of these then. */
    default boolean mayReuse() {
        return observer().isEmpty() && !wantsPromptLogits();
    }

    /** Its first tokens are computed, or were already. */
    default void started(int reused) {}

    /**
     * The logits behind a token of the prompt, but its last.
     *
     * @param position of the token
     * @param logits {@code [vocabulary]}, overwritten by the next call
     */
    default void promptLogits(int position, float[] logits) {}

    /**
     * Draws the next token.
     *
     * @param logits behind the last token {@code [vocabulary]}, overwritten by the next call; may be changed
     * @return the token, or -1 where nothing follows
     */
    int next(float[] logits);

    /** Whether it can take a token now: one whose reader is slow waits. */
    default boolean isReady() {
        return true;
    }

    /** Whether nobody wants it any more. */
    boolean isCancelled();

    /** It came to its end, or nobody wanted it any more. */
    void ended();

    /** It can go on no more. */
    void failed(MoiraException reason);
}
