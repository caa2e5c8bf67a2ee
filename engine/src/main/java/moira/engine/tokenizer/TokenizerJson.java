package moira.engine.tokenizer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import moira.engine.MoiraException;
import tools.jackson.databind.JsonNode;

/**
 * Reads Hugging Face's {@code tokenizer.json} with a BPE model: byte-level, or with pieces that spell a space as {@code ▁} as SentencePiece
 * does it, and merges in their order. Added tokens are found in a text as they stand; special ones are control pieces, and mean
 * themselves where the text is trusted.
 */
public final class TokenizerJson {
    private static final List<String> POST_PROCESSORS = List.of("TemplateProcessing", "ByteLevel");

    private final Path path;
    private final JsonNode root;
    private final JsonNode model;
    /** Null where words are spelled in bytes. */
    private final JsonSpaces spaces;

    private final List<String> pieces;
    private final List<PieceType> types;

    private TokenizerJson(Path path, byte[] data) {
        this.path = path;
        root = TokenizerFile.json(path, data);
        model = root.path("model");
        checkModel();
        spaces = JsonPreTokenizer.isByteLevel(root) ? null : JsonSpaces.of(path.toString(), root);
        int size = size();
        pieces = new ArrayList<>(Collections.nCopies(size, null));
        types = new ArrayList<>(Collections.nCopies(size, PieceType.NORMAL));
    }

    /** @throws MoiraException if the file is not what it should be, or of a kind that is not read: byte-level BPE, Unigram, ... */
    public static Tokenizer read(Path path) {
        return read(path, TokenizerFile.read(path));
    }

    static Tokenizer read(Path path, byte[] data) {
        return new TokenizerJson(path, data).tokenizer(TokenizerConfig.besides(path));
    }

    private void checkModel() {
        String type = model.path("type").asString("BPE");
        if (!type.equals("BPE")
                || !model.path("vocab").isObject()
                || !model.path("merges").isArray()) {
            throw expected("a BPE model with vocab and merges", model.isMissingNode() ? "no model" : "model " + type);
        }
        for (String option : List.of("dropout", "continuing_subword_prefix", "end_of_word_suffix")) {
            String value = model.path(option).asString("");
            if (!value.isEmpty()) {
                throw expected("a BPE model without " + option, value);
            }
        }
        if (model.path("ignore_merges").asBoolean(false) && !JsonPreTokenizer.isByteLevel(root)) {
            throw expected("a BPE model that follows its merges", "ignore_merges");
        }
    }

    /** Ids run from 0 without a gap, those of added tokens included. */
    private int size() {
        int highest = -1;
        for (JsonNode id : model.path("vocab")) {
            highest = Math.max(highest, index(id));
        }
        for (JsonNode token : root.path("added_tokens")) {
            highest = Math.max(highest, index(token.path("id")));
        }
        int most = model.path("vocab").size() + root.path("added_tokens").size();
        if (highest < 0 || highest >= most) {
            throw expected("ids from 0 without a gap, at most " + most, "id " + highest);
        }
        return highest + 1;
    }

    private Tokenizer tokenizer(TokenizerConfig config) {
        model.path("vocab").properties().forEach(entry -> put(entry.getKey(), entry.getValue()));
        addTokens();
        typePieces();
        int gap = pieces.indexOf(null);
        if (gap >= 0) {
            throw expected("a piece for every id", "none for id " + gap);
        }
        if (spaces == null) {
            return byteLevel(config);
        }
        MergeTable merges = JsonMerges.of(path.toString(), model.path("merges"), pieces, types, spaces);
        Optional<String> first = firstSpecial();
        int bos = control(config.bos().or(() -> first).orElse("<s>"));
        int eos = control(config.eos().orElse("</s>"));
        boolean addsBos = config.addsBos().orElse(first.isPresent());
        return new SentencePieceBpe(
                new Vocabulary(path.toString(), pieces, types, merges, spaces.prefix(), bos, eos, addsBos),
                addedTokens(),
                spaces.decoding());
    }

    private Tokenizer byteLevel(TokenizerConfig config) {
        String where = path.toString();
        List<List<String>> pairs =
                model.path("merges").valueStream().map(JsonMerges::pair).toList();
        Optional<String> first = firstSpecial();
        int bos = config.bos().or(() -> first).map(this::control).orElse(-1);
        int eos = config.eos().map(this::control).orElse(-1);
        boolean addsBos = config.addsBos().orElse(first.isPresent());
        Vocabulary vocabulary = new Vocabulary(
                where, pieces, types, ByteMerges.of(where, pairs, pieces, types), SpacePrefix.NEVER, bos, eos, addsBos);
        PreTokenizer preTokenizer = new PreTokenizer(
                JsonPreTokenizer.patterns(where, root),
                composes(),
                model.path("ignore_merges").asBoolean(false));
        return new ByteLevelBpe(vocabulary, preTokenizer, addedTokens());
    }

    /** What is found in a text before it is cut into words; special ones where they are meant. */
    private AddedTokens addedTokens() {
        List<AddedTokens.Token> tokens = new ArrayList<>();
        for (JsonNode token : root.path("added_tokens")) {
            tokens.add(AddedTokenFiles.token(token, index(token.path("id"))));
        }
        return new AddedTokens(tokens);
    }

    /** The special token that a post-processor puts in front of a text; it may do nothing else. */
    private Optional<String> firstSpecial() {
        Optional<String> first = Optional.empty();
        for (JsonNode step : JsonPreTokenizer.steps(root.path("post_processor"), "processors")) {
            String type = step.path("type").asString("none");
            if (!POST_PROCESSORS.contains(type)) {
                throw expected("a post-processor of " + String.join(", ", POST_PROCESSORS), type);
            }
            JsonNode single = step.path("single");
            for (int i = 0; i < single.size(); i++) {
                JsonNode special = single.get(i).path("SpecialToken");
                if (special.isMissingNode()) {
                    continue;
                }
                if (i > 0) {
                    throw expected(
                            "a post-processor that puts one token before a text, or none", "one that puts others");
                }
                first = Optional.of(special.path("id").asString(""));
            }
        }
        return first;
    }

    /** Whether a text is normalised to form C, which is all that byte-level vocabularies do. */
    private boolean composes() {
        List<JsonNode> steps = JsonPreTokenizer.steps(root.path("normalizer"), "normalizers");
        for (JsonNode step : steps) {
            if (!step.path("type").asString("").equals("NFC")) {
                throw expected("no normalizer, or NFC", step.path("type").asString("another"));
            }
        }
        return !steps.isEmpty();
    }

    private void put(String piece, JsonNode id) {
        int index = index(id);
        if (index < 0
                || index >= pieces.size()
                || (pieces.get(index) != null && !pieces.get(index).equals(piece))) {
            throw expected("an id for each piece and a piece for each id", "id " + id + " for " + piece);
        }
        pieces.set(index, piece);
    }

    private void addTokens() {
        for (JsonNode token : root.path("added_tokens")) {
            put(token.path("content").asString(""), token.path("id"));
            boolean special = token.path("special").asBoolean(false);
            types.set(index(token.path("id")), special ? PieceType.CONTROL : PieceType.USER_DEFINED);
        }
    }

    private void typePieces() {
        String unknown = model.path("unk_token").asString("");
        boolean byteFallback = model.path("byte_fallback").asBoolean(false);
        for (int id = 0; id < pieces.size(); id++) {
            String piece = pieces.get(id);
            if (unknown.equals(piece)) {
                types.set(id, PieceType.UNKNOWN);
            } else if (byteFallback && piece != null && ByteFallback.isSpelled(piece)) {
                types.set(id, PieceType.BYTE);
            }
        }
    }

    /** The id of a piece that starts or ends sequences, which no text encodes to, or -1. */
    private int control(String piece) {
        int id = pieces.indexOf(piece);
        if (id >= 0) {
            types.set(id, PieceType.CONTROL);
        }
        return id;
    }

    /** An id, or -1 where there is none. */
    private static int index(JsonNode id) {
        return id.isInt() ? id.intValue() : -1;
    }

    private MoiraException expected(String expected, Object found) {
        return MoiraException.expected(path.toString(), expected, found);
    }
}
