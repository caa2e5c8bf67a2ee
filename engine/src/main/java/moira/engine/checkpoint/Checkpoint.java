package moira.engine.checkpoint;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.Weights;
import moira.engine.tensor.Tensor;
import moira.engine.tokenizer.Tokenizer;

/** A trained model on disk: its dimensions, its weights, its tokenizer. The files stay mapped until it is closed. */
public interface Checkpoint extends AutoCloseable {
    /** A short name for people: the file's or folder's own, or what its metadata calls it. */
    String name();

    /** The format's name for people: {@code GGUF v3}, {@code safetensors, 2 files}. */
    String format();

    Architecture architecture();

    Weights weights();

    /** Every tensor of the files, in their order. */
    Collection<Tensor> tensors();

    Tokenizer tokenizer();

    /** The ids that end an answer, one or several. */
    Set<Integer> endTokens();

    /** The sources of the chat templates that the model brings, by name; {@code default} is the usual one. */
    Map<String, String> chatTemplates();

    /**
     * What a GGUF file of this model says beside the dimensions: {@code general.*} and {@code tokenizer.*}, the chat template
     * included where there is one. Values are of the kinds that {@link GgufOutput#put} takes.
     */
    Map<String, Object> ggufMetadata();

    /** SHA-256 over the names, formats, shapes and a sample of the bytes of all tensors, in hexadecimal. */
    String fingerprint();

    /** Unmaps the files; once is enough, twice is no error. */
    @Override
    void close();
}
