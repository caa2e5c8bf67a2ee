package moira.engine.tokenizer;

import moira.engine.MoiraException;

/** What a piece is, in the order of {@code sentencepiece_model.proto}'s codes 1 to 6, which GGUF's token types share. */
enum PieceType {
    /** Text, found by merging. */
    NORMAL,
    /** Stands for characters that the vocabulary cannot spell. */
    UNKNOWN,
    /** No text encodes to it and it decodes to nothing. */
    CONTROL,
    /** Text, found literally before any merging. */
    USER_DEFINED,
    /** Holds an id and nothing else: no text encodes to it. */
    UNUSED,
    /** One byte of a character that has no piece, spelled {@code <0x0A>}. */
    BYTE;

    static PieceType of(long code, String where) {
        if (code < 1 || code > values().length) {
            throw MoiraException.expected(where, "a piece type from 1 to " + values().length, code);
        }
        return values()[(int) code - 1];
    }

    /** Its code in the files. */
    int code() {
        return ordinal() + 1;
    }
}
