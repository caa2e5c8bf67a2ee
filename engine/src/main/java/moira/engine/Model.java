package moira.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.Part;
import moira.engine.architecture.Weights;
import moira.engine.batching.Batcher;
import moira.engine.batching.BatcherOptions;
import moira.engine.batching.StepListener;
import moira.engine.chat.ChatTemplate;
import moira.engine.chat.ChatTemplates;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.Checkpoints;
import moira.engine.decoder.Arithmetic;
import moira.engine.decoder.Decoder;
import moira.engine.decoder.DecoderLoader;
import moira.engine.tensor.Tensor;
import moira.engine.tokenizer.Tokenizer;

/** A loaded mixture-of-experts language model: immutable, shared by threads. Each thread takes a {@link Session} of its own. */
public final class Model implements AutoCloseable {
    private final Checkpoint checkpoint;
    private final Tokenizer tokenizer;
    private final Decoder decoder;
    private final int batch;

    private Model(Checkpoint checkpoint, Tokenizer tokenizer, Decoder decoder, int batch) {
        this.checkpoint = checkpoint;
        this.tokenizer = tokenizer;
        this.decoder = decoder;
        this.batch = Math.min(batch, decoder.mostTokens());
    }

    /** {@link #load(Path, ModelOptions)} with {@link ModelOptions#defaults}. */
    public static Model load(Path path) {
        return load(path, ModelOptions.defaults());
    }

    /** {@link #load(Path, ModelOptions, LoadListener)} without a word. */
    public static Model load(Path path, ModelOptions options) {
        return load(path, options, LoadListener.NONE);
    }

    /**
     * Loads a GGUF file or a Hugging Face folder.
     *
     * @throws MoiraException if the file is not what it should be
     */
    public static Model load(Path path, ModelOptions options, LoadListener listener) {
        Checkpoint checkpoint = Checkpoints.open(path);
        try {
            Tokenizer tokenizer = checkpoint.tokenizer();
            Decoder decoder =
                    DecoderLoader.load(options.of(checkpoint.architecture()), checkpoint.weights(), options, listener);
            return new Model(checkpoint, tokenizer, decoder, options.batch());
        } catch (RuntimeException | Error e) {
            checkpoint.close();
            throw e;
        }
    }

    /** A short name for people. */
    public String name() {
        return checkpoint.name();
    }

    /** What it is made of. */
    public Architecture architecture() {
        return decoder.architecture();
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** The ids that end an answer, one or several. */
    public Set<Integer> endTokens() {
        return checkpoint.endTokens();
    }

    /**
     * How a conversation is laid out for it.
     *
     * @param asked a name or a file; null for the model's own
     * @throws MoiraException if there is no such template, or none at all
     */
    public ChatTemplate chatTemplate(String asked) {
        Map<String, String> own = checkpoint.chatTemplates();
        return asked == null
                ? ChatTemplates.of(own, tokenizer, name())
                : ChatTemplates.named(asked, own, tokenizer, name());
    }

    /** Tells models apart: hexadecimal, of the weights. */
    public String fingerprint() {
        return checkpoint.fingerprint();
    }

    /** What it runs with, for people: {@code vector, 512 bits, float; 2 threads}. */
    public String runsWith() {
        return decoder.kernels() + ", " + decoder.arithmetic() + "; " + decoder.threads()
                + (decoder.threads() == 1 ? " thread" : " threads");
    }

    public int threads() {
        return decoder.threads();
    }

    /** How many tokens go through a layer together. */
    public int batch() {
        return batch;
    }

    /** Bytes of weights that a decode step reads, where they lie in memory or in the file. */
    public long bytesPerToken() {
        return decoder.bytesPerToken();
    }

    /** Bytes of one expert as the files have it, by the layers that route. */
    public Map<Integer, Long> expertBytes() {
        Map<Integer, Long> bytes = new TreeMap<>();
        List<Weights.Layer> layers = checkpoint.weights().layers();
        for (int layer : architecture().routedLayers()) {
            long ofAll = Stream.of(Part.EXPERT_GATE, Part.EXPERT_UP, Part.EXPERT_DOWN)
                    .flatMap(part -> layers.get(layer).parts().get(part).stream())
                    .mapToLong(Tensor::bytes)
                    .sum();
            bytes.put(layer, ofAll / architecture().experts());
        }
        return bytes;
    }

    /** In what activations meet weights. */
    public Arithmetic arithmetic() {
        return decoder.arithmetic();
    }

    /** A new sequence, at position 0, that may grow to the model's context. */
    public Session newSession() {
        return newSession(architecture().context());
    }

    /** The same of at most so many tokens: some models treat long ones in another way ({@link Decoder#newSequence(int)}). */
    public Session newSession(int length) {
        return new Session(decoder, decoder.newSequence(length), batch);
    }

    /** The same, for a process that has just begun and wants its first token early ({@link Decoder#newColdSequence}). */
    public Session newColdSession(int length) {
        return new Session(decoder, decoder.newColdSequence(length), batch);
    }

    /** Runs many sequences together; it must be closed before the model is. */
    @SuppressWarnings("MustBeClosedChecker")
    public Batcher newBatcher(BatcherOptions options, StepListener listener) {
        return new Batcher(decoder.newBatch(batch), architecture().vocabulary(), options, listener);
    }

    /** Bytes that the keys and values of a sequence of so many tokens take. */
    public long kvBytes(int length) {
        return decoder.kvBytes(length);
    }

    /** Ends the threads, frees the weights and unmaps the files; sessions must not run any more. Twice is no error. */
    @Override
    public void close() {
        decoder.close();
        checkpoint.close();
    }
}
