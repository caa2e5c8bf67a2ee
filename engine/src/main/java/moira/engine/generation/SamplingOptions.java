package moira.engine.generation;

import java.util.Map;
import moira.engine.MoiraException;

/**
 * How the next token is drawn. The filters work in this order: repetition penalty, temperature, top-k, top-p, min-p.
 *
 * @param temperature divides the logits; 0 is greedy (the likeliest token, ties to the lowest id)
 * @param topK how many of the likeliest tokens stay; 0 for all
 * @param topP the likeliest tokens that together have this probability stay (arXiv 1904.09751, section 3.1); 1 for all
 * @param minP tokens less likely than this share of the likeliest one go (arXiv 2407.01082); 0 for none
 * @param repeatPenalty divides positive and multiplies negative logits of tokens seen before (arXiv 1909.05858, section 4.1); 1
 *     for none
 * @param seed of the random numbers
 * @param frequencyPenalty is taken from a logit for each time that its token was drawn; 0 for none
 * @param presencePenalty is taken from the logit of a token that was drawn, however often; 0 for none
 * @param bias is added to the logits of some tokens, by id
 */
public record SamplingOptions(
        float temperature,
        int topK,
        float topP,
        float minP,
        float repeatPenalty,
        long seed,
        float frequencyPenalty,
        float presencePenalty,
        Map<Integer, Float> bias) {
    /** Without penalties of frequency and presence, and without biases. */
    public SamplingOptions(float temperature, int topK, float topP, float minP, float repeatPenalty, long seed) {
        this(temperature, topK, topP, minP, repeatPenalty, seed, 0, 0, Map.of());
    }

    public SamplingOptions {
        bias = Map.copyOf(bias);
        require(temperature >= 0 && Float.isFinite(temperature), "temperature", "0 or more", temperature);
        require(topK >= 0, "top-k", "0 or more", topK);
        require(topP > 0 && topP <= 1, "top-p", "above 0 and at most 1", topP);
        require(minP >= 0 && minP < 1, "min-p", "at least 0 and below 1", minP);
        require(
                repeatPenalty > 0 && Float.isFinite(repeatPenalty),
                "repeat-penalty",
                "above 0 (1 for none)",
                repeatPenalty);
    }

    /** The likeliest token, always. */
    public static SamplingOptions greedy() {
        return new SamplingOptions(0, 0, 1, 0, 1, 0);
    }

    private static void require(boolean holds, String name, String expected, Object found) {
        if (!holds) {
            throw MoiraException.expected(name, expected, found);
        }
    }
}
