package moira.engine.tokenizer;

import java.util.List;
import java.util.stream.IntStream;
import moira.engine.MoiraException;

/**
 * A SentencePiece BPE vocabulary, whichever file it came from.
 *
 * @param where the file, for messages
 * @param pieces how each id is spelled
 * @param types what each id is
 * @param merges which neighbours merge, and which first
 * @param bos the id that starts a sequence, or -1
 * @param eos the id that ends one, or -1
 */
record Vocabulary(
        String where,
        List<String> pieces,
        List<PieceType> types,
        MergeTable merges,
        SpacePrefix prefix,
        int bos,
        int eos,
        boolean addsBos) {

    Vocabulary {
        pieces = List.copyOf(pieces);
        types = List.copyOf(types);
        checkId(where, "BOS", bos, pieces.size());
        checkId(where, "EOS", eos, pieces.size());
        addsBos = addsBos && bos >= 0;
    }

    private static void checkId(String where, String name, int id, int size) {
        if (id < -1 || id >= size) {
            throw MoiraException.expected(where, name + " to be an id below " + size, id);
        }
    }

    int size() {
        return pieces.size();
    }

    /** The pieces that no text encodes to, but what is trusted. */
    List<AddedTokens.Token> controls() {
        return IntStream.range(0, size())
                .filter(id -> types.get(id) == PieceType.CONTROL)
                .mapToObj(id -> AddedTokens.Token.plain(pieces.get(id), id, true))
                .toList();
    }

    /** The first id of a type, or -1. */
    int first(PieceType type) {
        return types.indexOf(type);
    }
}
