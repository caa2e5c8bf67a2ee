package moira.engine.tokenizer;

/** The decoder of one stream of tokens. What it returned so far, joined, is always a prefix of what {@link Tokenizer#decode} gives. */
public interface StreamingDecoder {
    /** The text that this token completes; empty while a character is unfinished. */
    String next(int id);

    /** What is left at the end: U+FFFD for each byte of an unfinished character. */
    String finish();
}
