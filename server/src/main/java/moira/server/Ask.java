package moira.server;

import java.util.List;
import java.util.Optional;
import moira.engine.generation.SamplingOptions;

/**
 * What a request asks for.
 *
 * @param prompts each answered {@code choices} times
 * @param texts of the prompts, for {@code echo}; null where ids were given
 * @param maxTokens of each answer
 * @param logprobs how many of the likeliest tokens are told beside the drawn one; -1 for no logprobs at all
 * @param echo whether the prompt stands before the answer
 * @param goesOn whether an answer goes on in the middle of the prompt's text, and is no text of its own
 * @param usage whether a stream ends with the number of tokens
 * @param returnRoutedExperts whether routing is given as vLLM and SGLang give it
 */
record Ask(
        boolean chat,
        List<int[]> prompts,
        int choices,
        int maxTokens,
        SamplingOptions sampling,
        List<String> stops,
        int logprobs,
        boolean echo,
        boolean goesOn,
        boolean stream,
        boolean usage,
        Optional<RoutingAsk> routing,
        boolean returnRoutedExperts) {
    /**
     * What of the routing is told.
     *
     * @param layers ascending
     * @param weights whether with the factors of the experts' outputs
     * @param prompt whether that of the prompt's tokens, too
     */
    record RoutingAsk(List<Integer> layers, boolean weights, boolean prompt) {}

    /** Whether anybody is told where tokens of the prompt went. */
    boolean observesPrompt() {
        return returnRoutedExperts || routing.map(RoutingAsk::prompt).orElse(false);
    }
}
