package moira.engine.conversion;

import java.util.Arrays;
import java.util.Map;

/**
 * llama.cpp wants a token for every row of the embedding, and no others. Rows without one (padding for the sake of round numbers) get a
 * name that no text spells; tokens without one, which no text has, are left out.
 */
final class PaddedVocabulary {
    private static final String TOKENS = "tokenizer.ggml.tokens";
    private static final String SCORES = "tokenizer.ggml.scores";
    private static final String TYPES = "tokenizer.ggml.token_type";

    /** Below the score of any piece. */
    private static final float NEVER = -1e6f;

    /** llama.cpp's {@code LLAMA_TOKEN_TYPE_UNUSED}. */
    private static final int UNUSED = 5;

    private PaddedVocabulary() {}

    static void pad(Map<String, Object> metadata, int size) {
        if (!(metadata.get(TOKENS) instanceof String[] tokens) || tokens.length == size) {
            return;
        }
        String[] padded = Arrays.copyOf(tokens, size);
        for (int id = tokens.length; id < size; id++) {
            padded[id] = "[PAD" + id + "]";
        }
        metadata.put(TOKENS, padded);
        if (metadata.get(SCORES) instanceof float[] scores) {
            float[] all = Arrays.copyOf(scores, size);
            Arrays.fill(all, Math.min(scores.length, size), size, NEVER);
            metadata.put(SCORES, all);
        }
        if (metadata.get(TYPES) instanceof int[] types) {
            int[] all = Arrays.copyOf(types, size);
            Arrays.fill(all, Math.min(types.length, size), size, UNUSED);
            metadata.put(TYPES, all);
        }
    }
}
