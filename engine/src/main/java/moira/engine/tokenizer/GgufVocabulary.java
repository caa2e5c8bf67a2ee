package moira.engine.tokenizer;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import moira.engine.MoiraException;

/** Reads the vocabulary in a GGUF's metadata, of the kinds that llama.cpp calls {@code llama}, SentencePiece BPE, and {@code gpt2}, byte-level BPE. */
public final class GgufVocabulary {
    private static final String PREFIX = "tokenizer.ggml.";

    private final Map<String, Object> metadata;
    private final String where;

    private GgufVocabulary(Map<String, Object> metadata, String where) {
        this.metadata = metadata;
        this.where = where;
    }

    /**
     * @param metadata the GGUF's keys and values: integers as Long, floats as Double, arrays as String[], long[], double[]
     * @param where the file, for messages
     * @throws MoiraException if the vocabulary is incomplete or of a kind that is not read
     */
    public static Tokenizer read(Map<String, Object> metadata, String where) {
        return new GgufVocabulary(metadata, where).tokenizer();
    }

    private Tokenizer tokenizer() {
        String model = required("model", String.class);
        if (model.equals("gpt2")) {
            return byteLevel();
        }
        if (!model.equals("llama")) {
            throw MoiraException.expected(
                    where, PREFIX + "model llama (SentencePiece BPE) or gpt2 (byte-level BPE)", model);
        }
        List<String> pieces = Arrays.asList(required("tokens", String[].class));
        double[] scores = required("scores", double[].class);
        checkLength("scores", scores.length, pieces.size());
        List<PieceType> types = types(pieces, id -> spelled(id, pieces.get(id)));
        return new SentencePieceBpe(new Vocabulary(
                where,
                pieces,
                types,
                ScoredMerges.of(where, pieces, types, scores),
                optional("add_space_prefix", Boolean.class, true) ? SpacePrefix.ALWAYS : SpacePrefix.NEVER,
                id("bos_token_id", 1),
                id("eos_token_id", 2),
                optional("add_bos_token", Boolean.class, true)));
    }

    private Tokenizer byteLevel() {
        List<String> pieces = Arrays.asList(required("tokens", String[].class));
        List<PieceType> types = types(pieces, id -> PieceType.NORMAL);
        List<List<String>> pairs = Arrays.stream(required("merges", String[].class))
                .map(merge -> List.of(merge.split(" ", -1)))
                .toList();
        Vocabulary vocabulary = new Vocabulary(
                where,
                pieces,
                types,
                ByteMerges.of(where, pairs, pieces, types),
                SpacePrefix.NEVER,
                id("bos_token_id", -1),
                id("eos_token_id", -1),
                optional("add_bos_token", Boolean.class, false));
        String pre = optional("pre", String.class, "default");
        AddedTokens added = new AddedTokens(IntStream.range(0, pieces.size())
                .filter(id -> types.get(id) == PieceType.USER_DEFINED)
                .mapToObj(id -> AddedTokens.Token.plain(pieces.get(id), id, false))
                .toList());
        return new ByteLevelBpe(vocabulary, PreTokenizer.named(pre, where), added.with(vocabulary.controls()));
    }

    /** What the file says, or what is usual where it says nothing. */
    private List<PieceType> types(List<String> pieces, IntFunction<PieceType> usual) {
        long[] codes = optional("token_type", long[].class, null);
        if (codes == null) {
            return IntStream.range(0, pieces.size()).mapToObj(usual).toList();
        }
        checkLength("token_type", codes.length, pieces.size());
        return Arrays.stream(codes).mapToObj(code -> PieceType.of(code, where)).toList();
    }

    /** Old files have no types: what a piece is shows in how it is spelled, and in the ids of BOS and EOS. */
    private PieceType spelled(int id, String piece) {
        if (id == id("bos_token_id", 1) || id == id("eos_token_id", 2)) {
            return PieceType.CONTROL;
        }
        if (id == optional("unknown_token_id", Long.class, 0L)) {
            return PieceType.UNKNOWN;
        }
        return ByteFallback.isSpelled(piece) ? PieceType.BYTE : PieceType.NORMAL;
    }

    /** An id that the file may leave out: llama.cpp then takes SentencePiece's usual one. */
    private int id(String key, long usual) {
        long id = optional(key, Long.class, usual);
        if (id != (int) id) {
            throw MoiraException.expected(where, PREFIX + key + " to be an id", id);
        }
        return (int) id;
    }

    private void checkLength(String key, int found, int expected) {
        if (found != expected) {
            throw MoiraException.expected(where, expected + " " + PREFIX + key, found);
        }
    }

    private <T> T required(String key, Class<T> type) {
        T value = optional(key, type, null);
        if (value == null) {
            throw MoiraException.expected(where, PREFIX + key, "none");
        }
        return value;
    }

    private <T> T optional(String key, Class<T> type, T otherwise) {
        Object value = metadata.getOrDefault(PREFIX + key, otherwise);
        if (value != null && !type.isInstance(value)) {
            String found = value.getClass().getSimpleName();
            throw MoiraException.expected(where, PREFIX + key + " as " + type.getSimpleName(), found);
        }
        return type.cast(value);
    }
}
