package moira.train.run;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import moira.engine.MoiraException;
import moira.engine.checkpoint.SafetensorsFile;
import moira.engine.checkpoint.SafetensorsOutput;
import moira.train.output.ModelFolder;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Weights, moments and position of a training in one safetensors file, so that they always belong together.
 *
 * @param path of the file
 * @param identity what must be the same for a training to go on with it
 */
record CheckpointFile(Path path, Map<String, String> identity) {
    boolean exists() {
        return Files.exists(path);
    }

    /** Replaces the file at once or not at all. */
    void write(TrainingState state) {
        Map<String, String> metadata = new TreeMap<>(identity);
        metadata.put("step", Long.toString(state.step()));
        metadata.put("tokens", Long.toString(state.tokens()));
        metadata.put("seconds", Double.toString(state.seconds()));
        metadata.put("batches", state.batches());
        SafetensorsOutput output = new SafetensorsOutput().metadata(metadata);
        state.tensors()
                .forEach((prefix, tensors) ->
                        tensors.forEach((name, tensor) -> ModelFolder.add(output, prefix + name, tensor)));
        output.write(path);
    }

    /**
     * Puts a trainer where the file's was.
     *
     * @throws MoiraException if the file is broken, or of a training of another kind
     */
    void read(Trainer trainer) {
        try (Arena arena = Arena.ofConfined()) {
            SafetensorsFile file = SafetensorsFile.read(path, arena);
            Map<String, String> metadata = file.metadata();
            identity.forEach((key, value) -> require(metadata, key, value));
            trainer.state()
                    .tensors()
                    .forEach((prefix, tensors) -> tensors.forEach(
                            (name, tensor) -> fill(tensor, file.entries().get(prefix + name), prefix + name)));
            trainer.restore(
                    Long.parseLong(text(metadata, "step")),
                    Long.parseLong(text(metadata, "tokens")),
                    Double.parseDouble(text(metadata, "seconds")),
                    text(metadata, "batches"));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new MoiraException(path + ": expected the position of a training, found " + e.getMessage(), e);
        }
    }

    private void require(Map<String, String> metadata, String key, String value) {
        String found = metadata.getOrDefault(key, "nothing");
        if (!found.equals(value)) {
            throw MoiraException.expected(path + ", " + key, value + " as in this command", found);
        }
    }

    private String text(Map<String, String> metadata, String key) {
        String text = metadata.get(key);
        if (text == null) {
            throw MoiraException.expected(path.toString(), "a training's checkpoint with its " + key, "none");
        }
        return text;
    }

    private void fill(Tensor tensor, SafetensorsFile.Entry entry, String name) {
        if (entry == null
                || !entry.dtype().equals("F32")
                || !entry.tensor().filter(t -> t.size() == tensor.numel()).isPresent()) {
            throw MoiraException.expected(
                    path + ", tensor " + name, tensor.numel() + " floats", entry == null ? "none" : entry.shape());
        }
        try (PointerScope _ = new PointerScope();
                NoGradGuard _ = new NoGradGuard()) {
            tensor.copy_(Tensor.create(entry.tensor().orElseThrow().toFloats(), tensor.shape()));
        }
    }
}
