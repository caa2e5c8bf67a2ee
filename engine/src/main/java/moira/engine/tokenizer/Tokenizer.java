package moira.engine.tokenizer;

/** Text to token ids and back. Immutable, shared by threads. */
public interface Tokenizer {
    /** The number of ids; every id is in {@code [0, size)}. */
    int size();

    /** Ids of a text, without BOS or EOS; control pieces that stand in the text are plain text. */
    default int[] encode(String text) {
        return encode(text, Trust.NOBODY);
    }

    /** The same, but special tokens that stand in the text are recognised where they are trusted. */
    int[] encode(String text, Trust trust);

    /** The text of some ids; control ids print nothing, bytes that are no UTF-8 print U+FFFD. */
    default String decode(int... ids) {
        return decode(false, ids);
    }

    /** @param spellsSpecial whether control ids print their pieces; otherwise they print nothing */
    default String decode(boolean spellsSpecial, int... ids) {
        StreamingDecoder decoder = streamingDecoder(spellsSpecial);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.next(id));
        }
        return text.append(decoder.finish()).toString();
    }

    /** Decodes token by token and never gives half a character. */
    default StreamingDecoder streamingDecoder() {
        return streamingDecoder(false);
    }

    /** @param spellsSpecial whether control ids print their pieces; otherwise they print nothing */
    StreamingDecoder streamingDecoder(boolean spellsSpecial);

    /** The piece as the vocabulary spells it: {@code ▁the}, {@code <0x0A>}. */
    String piece(int id);

    /** Whether the id is a control token, which no text encodes to. */
    boolean isSpecial(int id);

    /** The id that starts a sequence, or -1. */
    int bos();

    /** The id that ends a sequence, or -1. */
    int eos();

    /** Whether a sequence of this model starts with {@link #bos()}. */
    boolean addsBos();
}
