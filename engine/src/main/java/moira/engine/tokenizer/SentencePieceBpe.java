package moira.engine.tokenizer;

import java.util.Arrays;
import java.util.stream.IntStream;
import moira.engine.MoiraException;

/**
 * Byte pair encoding with byte fallback as SentencePiece does it (Kudo and Richardson, arXiv 1808.06226): a space in front of the
 * text, spaces spelled {@code ▁}, user-defined pieces taken as they stand, neighbours merged by rank, and what no piece spells
 * written as its UTF-8 bytes. Encoding a text of n characters takes O(n log n).
 */
final class SentencePieceBpe implements Tokenizer {
    private final Vocabulary vocabulary;
    private final ByteFallback bytes;
    private final PieceDecoding rules;
    private final Literals literals;
    private final AddedTokens exact;
    private final AddedTokens normalised;

    /** With the control pieces that trusted text may spell, and no other added tokens. */
    SentencePieceBpe(Vocabulary vocabulary) {
        this(vocabulary, AddedTokens.NONE, PieceDecoding.SENTENCE_PIECE);
    }

    /** @param added what is found in a text before it gets its spaces */
    SentencePieceBpe(Vocabulary vocabulary, AddedTokens added, PieceDecoding rules) {
        this.rules = rules;
        this.vocabulary = vocabulary;
        this.bytes = new ByteFallback(vocabulary);
        this.literals = new Literals(vocabulary, added.ids());
        exact = added.with(vocabulary.controls()).exact();
        // Prepended by a normaliser a space is there before tokens are looked for, by a pre-tokenizer behind that.
        boolean before = vocabulary.prefix() == SpacePrefix.ALWAYS;
        normalised = added.normalised(text -> before ? SpacePrefix.ALWAYS.escape(text, false) : text);
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
    public int[] encode(String text, Trust trust) {
        IntStream.Builder out = IntStream.builder();
        Pieces.cut(text, exact, trust, out::add, (part, from) -> {
            Trust within = trust.within(from, from + part.length(), vocabulary.prefix() == SpacePrefix.ALWAYS);
            if (vocabulary.prefix() == SpacePrefix.ALWAYS) {
                String escaped = vocabulary.prefix().escape(part, from == 0);
                Pieces.cut(escaped, normalised, within, out::add, (plain, _) -> merge(plain, out));
            } else {
                Pieces.cut(part, normalised, within, out::add, (plain, at) -> {
                    merge(vocabulary.prefix().escape(plain, from + at == 0), out);
                });
            }
        });
        return out.build().toArray();
    }

    private void merge(String escaped, IntStream.Builder out) {
        Arrays.stream(new Encoding(vocabulary, bytes, literals, escaped).ids()).forEach(out::add);
    }

    @Override
    public String decode(boolean spellsSpecial, int... ids) {
        return rules == PieceDecoding.SENTENCE_PIECE
                ? Tokenizer.super.decode(spellsSpecial, ids)
                : Tokenizer.super.decode(spellsSpecial, FusingDecoder.mended(vocabulary, bytes, spellsSpecial, ids));
    }

    @Override
    public StreamingDecoder streamingDecoder(boolean spellsSpecial) {
        return switch (rules) {
            case SENTENCE_PIECE -> new PieceDecoder(vocabulary, bytes, spellsSpecial);
            case HUGGING_FACE, HUGGING_FACE_STRIPPED ->
                new FusingDecoder(
                        vocabulary,
                        normalised.spellings(),
                        bytes,
                        rules == PieceDecoding.HUGGING_FACE_STRIPPED,
                        spellsSpecial);
        };
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
