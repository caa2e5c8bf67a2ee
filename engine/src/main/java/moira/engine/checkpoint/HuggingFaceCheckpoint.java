package moira.engine.checkpoint;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Objects;

/** A Mixtral in a Hugging Face folder. */
final class HuggingFaceCheckpoint {
    private HuggingFaceCheckpoint() {}

    /** @param arena closed by the checkpoint */
    static Checkpoint open(Path path, Arena arena) {
        HuggingFaceFolder folder = HuggingFaceFolder.read(path, arena);
        String where = path.resolve(HuggingFaceFolder.CONFIG).toString();
        DecoderConfig config = HuggingFaceConfig.read(folder.config(), where);
        NamedTensors tensors = new NamedTensors(folder.tensors(), path.toString());
        // Constants of the rotary embedding, which older versions of the transformers library saved along.
        tensors.ignore(tensor -> tensor.endsWith("rotary_emb.inv_freq"));
        return new OpenCheckpoint(
                name(path),
                "safetensors, " + folder.files() + (folder.files() == 1 ? " file" : " files"),
                config,
                new WeightsReader(config, tensors, WeightNames.HUGGING_FACE).read(tied(folder, where)),
                folder.tensors().values(),
                () -> ModelTokenizers.ofFolder(path),
                () -> DescriptiveMetadata.ofFolder(path),
                arena);
    }

    private static boolean tied(HuggingFaceFolder folder, String where) {
        return new Settings(folder.config(), where).truth("tie_word_embeddings", false);
    }

    /** The folder's own name, which the root of a file system has not. */
    private static String name(Path path) {
        Path whole = path.toAbsolutePath().normalize();
        return Objects.requireNonNullElse(whole.getFileName(), whole).toString();
    }
}
