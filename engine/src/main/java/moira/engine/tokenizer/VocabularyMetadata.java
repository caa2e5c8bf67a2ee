package moira.engine.tokenizer;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import moira.engine.MoiraException;

/** A vocabulary as the metadata of a GGUF file: what {@link GgufVocabulary} reads. */
public final class VocabularyMetadata {
    private static final String PREFIX = "tokenizer.ggml.";

    private VocabularyMetadata() {}

    /**
     * The keys {@code tokenizer.ggml.*}: texts, integers, booleans, {@code String[]} tokens, {@code float[]} scores, {@code int[]}
     * token types.
     *
     * @throws moira.engine.MoiraException if the vocabulary merges in an order that scores cannot tell
     */
    public static Map<String, Object> of(Tokenizer tokenizer) {
        return of(tokenizer, Set.of());
    }

    /** @param ends ids that end an answer: llama.cpp knows one more beside EOS, and one that ends a message */
    public static Map<String, Object> of(Tokenizer tokenizer, Set<Integer> ends) {
        Map<String, Object> metadata = vocabulary(tokenizer);
        for (int id : ends) {
            if (id != tokenizer.eos()) {
                boolean message = tokenizer.piece(id).contains("eom");
                metadata.putIfAbsent(PREFIX + (message ? "eom_token_id" : "eot_token_id"), id);
            }
        }
        return metadata;
    }

    private static Map<String, Object> vocabulary(Tokenizer tokenizer) {
        if (tokenizer instanceof ByteLevelBpe bytes) {
            return byteLevel(bytes);
        }
        if (!(tokenizer instanceof SentencePieceBpe bpe)) {
            throw new IllegalArgumentException("no SentencePiece vocabulary: " + tokenizer.getClass());
        }
        Vocabulary vocabulary = bpe.vocabulary();
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put(PREFIX + "model", "llama");
        metadata.put(PREFIX + "pre", "default");
        metadata.put(PREFIX + "tokens", vocabulary.pieces().toArray(String[]::new));
        metadata.put(PREFIX + "scores", scores(vocabulary));
        metadata.put(PREFIX + "token_type", types(vocabulary.types()));
        putId(metadata, "bos_token_id", vocabulary.bos());
        putId(metadata, "eos_token_id", vocabulary.eos());
        putId(metadata, "unknown_token_id", vocabulary.first(PieceType.UNKNOWN));
        metadata.put(PREFIX + "add_bos_token", vocabulary.addsBos());
        metadata.put(PREFIX + "add_eos_token", false);
        metadata.put(PREFIX + "add_space_prefix", vocabulary.prefix() != SpacePrefix.NEVER);
        return metadata;
    }

    private static Map<String, Object> byteLevel(ByteLevelBpe tokenizer) {
        Vocabulary vocabulary = tokenizer.vocabulary();
        String pre = tokenizer
                .preTokenizer()
                .name()
                .orElseThrow(() -> MoiraException.expected(
                        vocabulary.where(), "a pre-tokenizer that llama.cpp has a name for", "another"));
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put(PREFIX + "model", "gpt2");
        metadata.put(PREFIX + "pre", pre);
        metadata.put(PREFIX + "tokens", vocabulary.pieces().toArray(String[]::new));
        metadata.put(PREFIX + "token_type", types(vocabulary.types()));
        metadata.put(PREFIX + "merges", merges(vocabulary));
        putId(metadata, "bos_token_id", vocabulary.bos());
        putId(metadata, "eos_token_id", vocabulary.eos());
        metadata.put(PREFIX + "add_bos_token", vocabulary.addsBos());
        return metadata;
    }

    private static String[] merges(Vocabulary vocabulary) {
        List<String> pieces = vocabulary.pieces();
        return vocabulary.merges().merges().stream()
                .sorted(Comparator.comparingInt(MergeTable.Merge::rank))
                .map(merge -> pieces.get(merge.left()) + " " + pieces.get(merge.right()))
                .toArray(String[]::new);
    }

    private static void putId(Map<String, Object> metadata, String key, int id) {
        if (id >= 0) {
            metadata.put(PREFIX + key, id);
        }
    }

    private static int[] types(List<PieceType> types) {
        return types.stream().mapToInt(PieceType::code).toArray();
    }

    private static float[] scores(Vocabulary vocabulary) {
        double[] scores = vocabulary.merges().scores().orElseGet(() -> ListedScores.of(vocabulary));
        float[] floats = new float[scores.length];
        for (int id = 0; id < floats.length; id++) {
            floats[id] = (float) scores[id];
        }
        return floats;
    }
}
