package moira.engine.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import moira.engine.MoiraException;
import tools.jackson.databind.JsonNode;

/**
 * Tokens that were added to a SentencePiece model behind its training, as the JSON files beside it tell: {@code added_tokens.json} their
 * ids, {@code tokenizer_config.json} and {@code tokenizer.json} what they are as well. A model's own end of turn is often one of them.
 */
final class AddedTokenFiles {
    private AddedTokenFiles() {}

    /** By id, those that the model itself has included. */
    static Map<Integer, AddedTokens.Token> besides(Path model) {
        Map<Integer, AddedTokens.Token> tokens = new TreeMap<>();
        Path plain = model.resolveSibling("added_tokens.json");
        if (Files.exists(plain)) {
            TokenizerFile.json(plain, TokenizerFile.read(plain)).properties().forEach(entry -> {
                int id = id(entry.getValue(), plain);
                tokens.put(id, AddedTokens.Token.plain(entry.getKey(), id, true));
            });
        }
        Path whole = model.resolveSibling("tokenizer.json");
        if (Files.exists(whole)) {
            for (JsonNode token :
                    TokenizerFile.json(whole, TokenizerFile.read(whole)).path("added_tokens")) {
                int id = id(token.path("id"), whole);
                tokens.put(id, token(token, id));
            }
        }
        Path config = model.resolveSibling("tokenizer_config.json");
        if (Files.exists(config)) {
            JsonNode decoder =
                    TokenizerFile.json(config, TokenizerFile.read(config)).path("added_tokens_decoder");
            decoder.properties().forEach(entry -> {
                int id = id(entry.getKey(), config);
                tokens.put(id, token(entry.getValue(), id));
            });
        }
        return tokens;
    }

    /** One of the list of added tokens of a {@code tokenizer.json}, or as the configuration has them. */
    static AddedTokens.Token token(JsonNode token, int id) {
        return new AddedTokens.Token(
                token.path("content").asString(""),
                id,
                token.path("special").asBoolean(false),
                token.path("normalized").asBoolean(false),
                token.path("lstrip").asBoolean(false),
                token.path("rstrip").asBoolean(false),
                token.path("single_word").asBoolean(false));
    }

    private static int id(JsonNode id, Path file) {
        return id(id.isInt() ? id.toString() : "", file);
    }

    private static int id(String id, Path file) {
        if (!id.matches("\\d{1,9}")) {
            throw MoiraException.expected(file + ": added tokens", "a whole number as the id of each", '"' + id + '"');
        }
        return Integer.parseInt(id);
    }

    /**
     * Puts them behind a model's pieces, or in the place of pieces that are kept for such.
     *
     * @throws MoiraException if their ids leave a gap
     */
    static AddedTokens append(
            Map<Integer, AddedTokens.Token> tokens, List<String> pieces, List<PieceType> types, String where) {
        List<AddedTokens.Token> added = new ArrayList<>();
        for (AddedTokens.Token token : tokens.values()) {
            boolean own = token.id() < pieces.size() && pieces.get(token.id()).equals(token.text());
            if (own && types.get(token.id()) != PieceType.NORMAL) {
                continue;
            }
            if (token.id() > pieces.size()) {
                throw MoiraException.expected(
                        where + ", tokens added beside it", "id " + pieces.size() + " next", "id " + token.id());
            }
            PieceType type = token.special() ? PieceType.CONTROL : PieceType.USER_DEFINED;
            if (token.id() == pieces.size()) {
                pieces.add(token.text());
                types.add(type);
            } else {
                pieces.set(token.id(), token.text());
                types.set(token.id(), type);
            }
            added.add(token);
        }
        return new AddedTokens(added);
    }
}
