package moira.engine.tokenizer;

import moira.engine.MoiraException;

/** Pieces to text, by the rules of SentencePiece's {@code Decode}. */
final class PieceDecoder implements StreamingDecoder {
    /** What SentencePiece prints for an unknown piece. */
    private static final String UNKNOWN = " \u2047 ";

    private final Vocabulary vocabulary;
    private final ByteFallback bytes;
    private final boolean spellsSpecial;
    private final Utf8Assembler characters = new Utf8Assembler(false);
    /** Whether the space that encoding put in front is still to be dropped. */
    private boolean atStart;

    PieceDecoder(Vocabulary vocabulary, ByteFallback bytes, boolean spellsSpecial) {
        this.vocabulary = vocabulary;
        this.spellsSpecial = spellsSpecial;
        this.bytes = bytes;
        this.atStart = vocabulary.prefix() != SpacePrefix.NEVER;
    }

    @Override
    public String next(int id) {
        if (id < 0 || id >= vocabulary.size()) {
            throw MoiraException.expected("decoding", "a token id below " + vocabulary.size(), id);
        }
        PieceType type = vocabulary.types().get(id);
        if (type == PieceType.BYTE) {
            return started(characters.add(bytes.value(id)));
        }
        String unfinished = started(characters.finish());
        return switch (type) {
            case CONTROL ->
                unfinished + (spellsSpecial ? started(vocabulary.pieces().get(id)) : "");
            case UNKNOWN -> unfinished + started(UNKNOWN);
            default -> unfinished + text(vocabulary.pieces().get(id));
        };
    }

    @Override
    public String finish() {
        return characters.finish();
    }

    private String text(String piece) {
        boolean drop = atStart && piece.startsWith(String.valueOf(SpacePrefix.SPACE));
        started(piece);
        return piece.substring(drop ? 1 : 0).replace(SpacePrefix.SPACE, ' ');
    }

    private String started(String text) {
        atStart &= text.isEmpty();
        return text;
    }
}
