package moira.engine.checkpoint;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;
import moira.engine.family.Families;
import moira.engine.family.NamedTensors;
import moira.engine.tensor.Tensor;

/** A model in a folder of safetensors files. */
final class FolderCheckpoint {
    private FolderCheckpoint() {}

    /** @param arena closed by the checkpoint */
    static Checkpoint open(Path path, FolderLayout layout, Arena arena) {
        SafetensorsFolder folder = SafetensorsFolder.read(path, layout, arena);
        String where = path.resolve(layout.config()).toString();
        Families.Described model = layout.describe(folder.config(), where);
        Map<String, Tensor> scaled = BlockScaled.of(folder.tensors(), folder.config(), where);
        NamedTensors tensors = new NamedTensors(scaled, path.toString());
        // Constants of the rotary embedding, which older versions of the transformers library saved along.
        tensors.ignore(tensor -> tensor.endsWith("rotary_emb.inv_freq"));
        return new OpenCheckpoint(
                ModelPath.name(path),
                "safetensors, " + folder.files() + (folder.files() == 1 ? " file" : " files"),
                model.architecture(),
                model.weights(tensors),
                folder.tensors().values(),
                () -> ModelTokenizers.ofFolder(path),
                tokenizer -> EndTokens.ofFolder(path, folder.config(), tokenizer),
                () -> ChatSources.ofFolder(path),
                () -> DescriptiveMetadata.ofFolder(
                        path, EndTokens.ofFolder(path, folder.config(), ModelTokenizers.ofFolder(path))),
                arena);
    }
}
