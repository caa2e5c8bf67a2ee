package moira.engine.checkpoint;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;
import moira.engine.family.Families;
import moira.engine.family.NamedTensors;
import moira.engine.tensor.Tensor;

/** A model in a Hugging Face folder. */
final class HuggingFaceCheckpoint {
    private HuggingFaceCheckpoint() {}

    /** @param arena closed by the checkpoint */
    static Checkpoint open(Path path, Arena arena) {
        HuggingFaceFolder folder = HuggingFaceFolder.read(path, arena);
        String where = path.resolve(HuggingFaceFolder.CONFIG).toString();
        Families.Described model = Families.ofHuggingFace(folder.config(), where);
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
                () -> DescriptiveMetadata.ofFolder(path),
                arena);
    }
}
