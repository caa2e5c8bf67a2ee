package moira.engine.tokenizer;

/** By whose rules pieces that spell spaces become text. They differ where bytes are broken, and in what stands for the unknown. */
enum PieceDecoding {
    /** SentencePiece's {@code Decode}. */
    SENTENCE_PIECE,
    /** Hugging Face's decoders ByteFallback and Fuse: one broken byte breaks all of its run; the unknown piece is a special one. */
    HUGGING_FACE,
    /** The same, with Strip: the first space of a text is dropped. */
    HUGGING_FACE_STRIPPED
}
