package moira.engine.tokenizer;

/** Text to token ids and back. Immutable, shared by threads. */
public interface Tokenizer {
    /** The number of ids; every id is in {@code [0, size)}. */
    int size();

    /** Ids of a text, without BOS or EOS; control pieces that stand in the text are plain text. */
    int[] encode(String text);

    /** The text of some ids; control ids print nothing, bytes that are no UTF-8 print U+FFFD. */
    String decode(int... ids);

    /** Decodes token by token and never gives half a character. */
    StreamingDecoder streamingDecoder();

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
