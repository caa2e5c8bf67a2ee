package moira.engine.tokenizer;

import moira.engine.MoiraException;

/** Decodes pieces that spell bytes. What a token begins comes out with the token that makes it whole. */
final class ByteLevelDecoder implements StreamingDecoder {
    private final Vocabulary vocabulary;
    private final boolean spellsSpecial;
    private final Utf8Assembler characters = new Utf8Assembler(true);
    private final StringBuilder held = new StringBuilder();

    ByteLevelDecoder(Vocabulary vocabulary, boolean spellsSpecial) {
        this.vocabulary = vocabulary;
        this.spellsSpecial = spellsSpecial;
    }

    @Override
    public String next(int id) {
        if (id < 0 || id >= vocabulary.size()) {
            throw MoiraException.expected("decoding", "a token id below " + vocabulary.size(), id);
        }
        if (!spellsSpecial && vocabulary.types().get(id) == PieceType.CONTROL) {
            return "";
        }
        for (byte value : ByteCharacters.bytes(vocabulary.pieces().get(id))) {
            held.append(characters.add(value));
        }
        boolean whole = !characters.isUnfinished() && !endsBroken();
        return whole ? taken() : "";
    }

    private boolean endsBroken() {
        return !held.isEmpty() && held.charAt(held.length() - 1) == Utf8Assembler.REPLACEMENT;
    }

    private String taken() {
        String text = held.toString();
        held.setLength(0);
        return text;
    }

    @Override
    public String finish() {
        held.append(characters.finish());
        return taken();
    }
}
