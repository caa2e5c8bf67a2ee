package moira.engine.checkpoint;

import java.nio.file.Path;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.tokenizer.Tokenizer;

/** Finds the tokenizer that belongs to a checkpoint. */
final class Tokenizers {
    private Tokenizers() {}

    /** The tokenizer in the metadata of a GGUF file. */
    static Tokenizer ofGguf(Map<String, Object> metadata, String where) {
        throw MoiraException.expected(where, "a reader of tokenizers", metadata.get("tokenizer.ggml.model"));
    }

    /** The tokenizer in a Hugging Face folder. */
    static Tokenizer ofFolder(Path folder) {
        throw MoiraException.expected(folder.toString(), "a reader of tokenizers", "none");
    }
}
