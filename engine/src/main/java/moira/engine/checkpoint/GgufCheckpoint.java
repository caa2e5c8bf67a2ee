package moira.engine.checkpoint;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import moira.engine.MoiraException;
import moira.engine.family.Families;
import moira.engine.family.NamedTensors;
import moira.engine.family.Settings;
import moira.engine.tensor.Tensor;
import moira.engine.tokenizer.GgufVocabulary;

/** A model in a GGUF file. */
final class GgufCheckpoint {
    private static final String EMBEDDING = "token_embd.weight";

    private GgufCheckpoint() {}

    /** @param arena closed by the checkpoint */
    static Checkpoint open(Path path, Arena arena) {
        return of(GgufFile.read(path, arena), path, arena);
    }

    static Checkpoint of(GgufFile file, Path path, Arena arena) {
        String where = path.toString();
        NamedTensors tensors = new NamedTensors(file.tensors(), where);
        Families.Described model = Families.ofGguf(file.metadata(), tensors, where);
        Tensor embedding = file.tensors().get(EMBEDDING);
        if (embedding != null && embedding.packed()) {
            throw MoiraException.expected(where + ", tensor " + embedding.name(), "rows", "packed weights");
        }
        return new OpenCheckpoint(
                new Settings(file.metadata(), where)
                        .text("general.name", path.getFileName().toString()),
                "GGUF v" + file.version() + (isPacked(file) ? ", packed" : ""),
                model.architecture(),
                model.weights(tensors),
                file.tensors().values(),
                () -> GgufVocabulary.read(file.metadata(), where),
                tokenizer -> EndTokens.ofGguf(file.metadata(), tokenizer),
                () -> ChatSources.ofGguf(file.metadata()),
                () -> DescriptiveMetadata.ofGguf(file.metadata()),
                arena);
    }

    private static boolean isPacked(GgufFile file) {
        return file.tensors().values().stream().anyMatch(Tensor::packed);
    }
}
