package moira.engine.tokenizer;

import moira.engine.MoiraException;

/**
 * Byte pair encoding with byte fallback as SentencePiece does it (Kudo and Richardson, arXiv 1808.06226): a space in front of the
 * text, spaces spelled {@code ▁}, user-defined pieces taken as they stand, neighbours merged by rank, and what no piece spells
 * written as its UTF-8 bytes. Encoding a text of n characters takes O(n log n).
 */
final class SentencePieceBpe implements Tokenizer {
    private final Vocabulary vocabulary;
    private final ByteFallback bytes;
    private final Literals literals;

    SentencePieceBpe(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.bytes = new ByteFallback(vocabulary);
        this.literals = new Literals(vocabulary);
        if (!bytes.isPresent() && vocabulary.first(PieceType.UNKNOWN) < 0) {
            throw MoiraException.expected(
                    vocabulary.where(), "pieces for the 256 bytes or a piece for unknown characters", "neither");
        }
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public int size() {
        return vocabulary.size();
    }

    @Override
    public int[] encode(String text) {
        if (text.isEmpty()) {
            return new int[0];
        }
        return new Encoding(vocabulary, bytes, literals, vocabulary.prefix().escape(text)).ids();
    }

    @Override
    public String decode(int... ids) {
        StreamingDecoder decoder = streamingDecoder();
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.next(id));
        }
        return text.append(decoder.finish()).toString();
    }

    @Override
    public StreamingDecoder streamingDecoder() {
        return new PieceDecoder(vocabulary, bytes);
    }

    @Override
    public String piece(int id) {
        return vocabulary.pieces().get(id);
    }

    @Override
    public boolean isSpecial(int id) {
        return vocabulary.types().get(id) == PieceType.CONTROL;
    }

    @Override
    public int bos() {
        return vocabulary.bos();
    }

    @Override
    public int eos() {
        return vocabulary.eos();
    }

    @Override
    public boolean addsBos() {
        return vocabulary.addsBos();
    }
}
