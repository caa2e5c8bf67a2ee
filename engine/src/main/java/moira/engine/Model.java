package moira.engine;

import java.nio.file.Path;
import moira.engine.checkpoint.DecoderConfig;
import moira.engine.tokenizer.Tokenizer;

/** A loaded mixture-of-experts language model: immutable, shared by threads. Each thread takes a {@link Session} of its own. */
public final class Model implements AutoCloseable {
    private Model() {}

    /**
     * Loads a GGUF file or a Hugging Face folder.
     *
     * @throws MoiraException if the file is not what it should be
     */
    public static Model load(Path path) {
        throw new MoiraException("no decoder yet for " + path);
    }

    /** A short name for people. */
    public String name() {
        return "";
    }

    public DecoderConfig config() {
        return null;
    }

    public Tokenizer tokenizer() {
        return null;
    }

    /** Tells models apart: hexadecimal, of the weights. */
    public String fingerprint() {
        return "";
    }

    /** A new sequence, at position 0. */
    public Session newSession() {
        return new Session();
    }

    @Override
    public void close() {}
}
