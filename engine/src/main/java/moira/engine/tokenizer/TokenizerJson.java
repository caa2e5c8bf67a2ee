package moira.engine.tokenizer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import tools.jackson.databind.JsonNode;

/**
 * Reads Hugging Face's {@code tokenizer.json} where it holds a SentencePiece BPE vocabulary: model BPE with pieces that spell a
 * space as {@code ▁}, and merges in their order. Added tokens that are not special are found in a text as they stand; special
 * ones are control pieces. The text as a whole gets one space in front, as SentencePiece does it.
 */
public final class TokenizerJson {
    private final Path path;
    private final JsonNode root;
    private final JsonNode model;
    private final JsonSpaces spaces;
    private final List<String> pieces;
    private final List<PieceType> types;

    private TokenizerJson(Path path, byte[] data) {
        this.path = path;
        root = TokenizerConfig.parse(path, data);
        model = root.path("model");
        checkModel();
        spaces = JsonSpaces.of(path.toString(), root);
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
        if (model.path("ignore_merges").asBoolean(false)) {
            throw expected("a BPE model that follows its merges", "ignore_merges");
        }
    }

    /** Ids run from 0 without a gap, those of added tokens included. */
    private int size() {
        int highest = -1;
        for (JsonNode id : model.path("vocab")) {
            highest = Math.max(highest, id.asInt(-1));
        }
        for (JsonNode token : root.path("added_tokens")) {
            highest = Math.max(highest, token.path("id").asInt(-1));
        }
        int most = model.path("vocab").size() + root.path("added_tokens").size();
        if (highest < 0 || highest >= most) {
            throw expected("ids from 0 without a gap, at most " + most, "id " + highest);
        }
        return highest + 1;
    }

    private Tokenizer tokenizer(TokenizerConfig config) {
        model.path("vocab").properties().forEach(entry -> put(entry.getKey(), entry.getValue()));
        typePieces();
        addTokens();
        int gap = pieces.indexOf(null);
        if (gap >= 0) {
            throw expected("a piece for every id", "none for id " + gap);
        }
        MergeTable merges = merges();
        int bos = control(config.bos().orElse("<s>"));
        int eos = control(config.eos().orElse("</s>"));
        boolean addsBos = config.addsBos().orElseGet(() -> JsonSpaces.startsWithSpecial(root.path("post_processor")));
        return new SentencePieceBpe(
                new Vocabulary(path.toString(), pieces, types, merges, spaces.prefix(), bos, eos, addsBos));
    }

    private void put(String piece, JsonNode id) {
        int index = id.asInt(-1);
        if (index < 0
                || index >= pieces.size()
                || (pieces.get(index) != null && !pieces.get(index).equals(piece))) {
            throw expected("an id of its own for piece " + piece, id);
        }
        pieces.set(index, piece);
    }

    private void typePieces() {
        String unknown = model.path("unk_token").asString("");
        boolean byteFallback = model.path("byte_fallback").asBoolean(false);
        for (int id = 0; id < pieces.size(); id++) {
            String piece = pieces.get(id);
            if (piece != null && piece.equals(unknown)) {
                types.set(id, PieceType.UNKNOWN);
            } else if (piece != null && byteFallback && ByteFallback.isSpelled(piece)) {
                types.set(id, PieceType.BYTE);
            }
        }
    }

    private void addTokens() {
        for (JsonNode token : root.path("added_tokens")) {
            int id = token.path("id").asInt(-1);
            put(token.path("content").asString(""), token.path("id"));
            if (types.get(id) != PieceType.UNKNOWN) {
                boolean special = token.path("special").asBoolean(false);
                types.set(id, special ? PieceType.CONTROL : PieceType.USER_DEFINED);
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

    private MergeTable merges() {
        Symbols symbols = new Symbols(pieces, types);
        List<MergeTable.Merge> merges = new ArrayList<>();
        int rank = 0;
        for (JsonNode node : model.path("merges")) {
            Map.Entry<String, String> pair = pair(node, rank);
            int left = symbols.of(pair.getKey());
            int right = symbols.of(pair.getValue());
            int merged = symbols.of(pair.getKey() + pair.getValue());
            if (left == Symbols.NONE || right == Symbols.NONE || merged == Symbols.NONE || merged >= pieces.size()) {
                throw expected("merge " + rank + " to join two pieces into a third", node);
            }
            if (spaces.allowsMerge(pair.getValue())) {
                merges.add(new MergeTable.Merge(left, right, rank, merged));
            }
            rank++;
        }
        return new MergeTable(symbols, merges, pieces);
    }

    /** A merge is written as {@code "a b"} or as {@code ["a", "b"]}. */
    private Map.Entry<String, String> pair(JsonNode node, int rank) {
        List<String> parts = node.isArray()
                ? node.valueStream().map(part -> part.asString("")).toList()
                : Arrays.asList(node.asString("").split(" ", -1));
        if (parts.size() != 2 || parts.get(0).isEmpty() || parts.get(1).isEmpty()) {
            throw expected("merge " + rank + " of two pieces", node);
        }
        return Map.entry(parts.get(0), parts.get(1));
    }

    private MoiraException expected(String expected, Object found) {
        return MoiraException.expected(path.toString(), expected, found);
    }
}
