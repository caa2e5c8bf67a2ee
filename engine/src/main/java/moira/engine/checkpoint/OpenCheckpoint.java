package moira.engine.checkpoint;

import java.lang.foreign.Arena;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import moira.engine.MoiraException;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.Weights;
import moira.engine.tensor.Tensor;
import moira.engine.tokenizer.Tokenizer;

/**
 * A checkpoint whose files are mapped.
 *
 * @param tokenizerReader reads the tokenizer that belongs to the model
 * @param endsReader finds the ids that end an answer
 * @param metadataReader makes what a GGUF file says of the model
 * @param files what closing ends
 */
record OpenCheckpoint(
        String name,
        String format,
        Architecture architecture,
        Weights weights,
        Collection<Tensor> tensors,
        Supplier<Tokenizer> tokenizerReader,
        Function<Tokenizer, Set<Integer>> endsReader,
        Supplier<Map<String, Object>> metadataReader,
        Arena files)
        implements Checkpoint {

    /** Read anew at every call. An id without a row in the embedding is an error; rows without an id are padding. */
    @Override
    public Tokenizer tokenizer() {
        Tokenizer tokenizer = tokenizerReader.get();
        if (tokenizer.size() > architecture.vocabulary()) {
            throw MoiraException.expected(
                    name + ", tokenizer",
                    "at most " + architecture.vocabulary() + " ids, the rows of the embedding",
                    tokenizer.size());
        }
        return tokenizer;
    }

    @Override
    public Set<Integer> endTokens() {
        return endsReader.apply(tokenizer());
    }

    @Override
    public Map<String, Object> ggufMetadata() {
        return metadataReader.get();
    }

    @Override
    public String fingerprint() {
        return Fingerprint.of(tensors);
    }

    @Override
    public void close() {
        if (files.scope().isAlive()) {
            files.close();
        }
    }
}
