/**
 * Text to token ids and back: byte pair encoding as SentencePiece does it, from a {@code tokenizer.model}, a {@code
 * tokenizer.json} or a GGUF's metadata. Each file is read into a {@link moira.engine.tokenizer.Vocabulary}, and {@link
 * moira.engine.tokenizer.SentencePieceBpe} works on that.
 */
package moira.engine.tokenizer;
