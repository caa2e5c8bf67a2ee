package moira.engine.checkpoint;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import moira.engine.MoiraException;
import moira.engine.tensor.Tensor;
import moira.engine.tokenizer.GgufVocabulary;

/** A Mixtral in a GGUF file. */
final class GgufCheckpoint {
    private GgufCheckpoint() {}

    /** @param arena closed by the checkpoint */
    static Checkpoint open(Path path, Arena arena) {
        return of(GgufFile.read(path, arena), path, arena);
    }

    static Checkpoint of(GgufFile file, Path path, Arena arena) {
        String where = path.toString();
        Tensor embedding = file.tensors().get(WeightNames.GGUF.embedding());
        if (embedding != null && embedding.packed()) {
            throw MoiraException.expected(where + ", tensor " + embedding.name(), "rows", "packed weights");
        }
        DecoderConfig config = GgufConfig.read(file.metadata(), embedding == null ? 0 : embedding.rows(), where);
        NamedTensors tensors = new NamedTensors(file.tensors(), where);
        boolean tied = !tensors.has(WeightNames.GGUF.output());
        return new OpenCheckpoint(
                new Settings(file.metadata(), where)
                        .text("general.name", path.getFileName().toString()),
                "GGUF v" + file.version() + (isPacked(file) ? ", packed" : ""),
                config,
                new WeightsReader(config, tensors, WeightNames.GGUF).read(tied),
                file.tensors().values(),
                () -> GgufVocabulary.read(file.metadata(), where),
                () -> DescriptiveMetadata.ofGguf(file.metadata()),
                arena);
    }

    private static boolean isPacked(GgufFile file) {
        return file.tensors().values().stream().anyMatch(Tensor::packed);
    }
}
