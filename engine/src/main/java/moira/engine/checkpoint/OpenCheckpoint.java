package moira.engine.checkpoint;

import java.lang.foreign.Arena;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
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
 * @param chatReader finds the chat templates
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
        Supplier<Map<String, String>> chatReader,
        Supplier<Map<String, Object>> metadataReader,
        Arena files)
        implements Checkpoint {

    /**
     * Read anew at every call. Rows of the embedding without an id are padding; ids without a row are those that no text has, or an
     * error.
     */
    @Override
    public Tokenizer tokenizer() {
        Tokenizer tokenizer = tokenizerReader.get();
        int rows = architecture.vocabulary();
        if (!IntStream.range(rows, tokenizer.size()).allMatch(tokenizer::isSpecial)) {
            throw MoiraException.expected(
                    name + ", tokenizer",
                    "at most " + rows + " ids that a text may have, the rows of the embedding",
                    tokenizer.size());
        }
        return tokenizer;
    }

    @Override
    public Set<Integer> endTokens() {
        return endsReader.apply(tokenizer());
    }

    @Override
    public Map<String, String> chatTemplates() {
        return chatReader.get();
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
