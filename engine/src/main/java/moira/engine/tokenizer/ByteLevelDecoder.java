package moira.engine.tokenizer;

import moira.engine.MoiraException;

/** Decodes pieces that spell bytes. */
final class ByteLevelDecoder implements StreamingDecoder {
    private final Vocabulary vocabulary;
    private final Utf8Assembler characters = new Utf8Assembler();

    ByteLevelDecoder(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    @Override
    public String next(int id) {
        if (id < 0 || id >= vocabulary.size()) {
            throw MoiraException.expected("decoding", "a token id below " + vocabulary.size(), id);
        }
        return switch (vocabulary.types().get(id)) {
            case CONTROL -> characters.finish();
            case USER_DEFINED -> characters.finish() + vocabulary.pieces().get(id);
            default -> bytes(vocabulary.pieces().get(id));
        };
    }

    private String bytes(String piece) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < piece.length(); i++) {
            int value = ByteCharacters.byteOf(piece.charAt(i));
            text.append(value < 0 ? characters.finish() + piece.charAt(i) : characters.add((byte) value));
        }
        return text.toString();
    }

    @Override
    public String finish() {
        return characters.finish();
    }
}
