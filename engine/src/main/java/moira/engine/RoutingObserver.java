package moira.engine;

/**
 * Told where every token went, layer by layer, while a {@link Session} runs. A session without an observer pays nothing.
 *
 * <p>The arrays belong to the session and are overwritten by the next layer: copy what is to be kept.
 */
@FunctionalInterface
public interface RoutingObserver {
    /**
     * The routing of consecutive tokens of one sequence in one layer.
     *
     * @param layer from 0
     * @param position the position of the first token in its sequence, from 0
     * @param tokens how many tokens follow each other
     * @param experts {@code [tokens][k]}, flat: the chosen experts, highest weight first, ties to the lowest expert
     * @param weights {@code [tokens][k]}, flat: the factors of their outputs (softmax over the chosen k)
     * @param probabilities {@code [tokens][E]}, flat: softmax of the router's logits over all E experts
     */
    void routed(int layer, int position, int tokens, int[] experts, float[] weights, float[] probabilities);
}
