package moira.engine.checkpoint;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import moira.engine.MoiraException;
import moira.engine.family.Settings;
import moira.engine.tensor.Tensor;

/**
 * A folder as Hugging Face lays out a model: {@code config.json}, and {@code model.safetensors} or several files with
 * {@code model.safetensors.index.json}, which tells for every tensor the file that holds it.
 *
 * @param tensors by name, in the order of the files
 * @param files how many files hold them
 */
record HuggingFaceFolder(Map<String, Object> config, Map<String, Tensor> tensors, int files) {
    static final String CONFIG = "config.json";
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    /** Maps the files; the tensors are valid as long as the arena is open. */
    static HuggingFaceFolder read(Path folder, Arena arena) {
        Map<String, Object> config = json(folder.resolve(CONFIG));
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        if (Files.exists(folder.resolve(SINGLE))) {
            addAll(folder.resolve(SINGLE), arena, tensors);
            return new HuggingFaceFolder(config, Collections.unmodifiableMap(tensors), 1);
        }
        if (!Files.exists(folder.resolve(INDEX))) {
            throw MoiraException.expected(folder.toString(), SINGLE + " or " + INDEX, "neither");
        }
        Map<String, String> fileOfTensor = index(folder.resolve(INDEX));
        TreeSet<String> files = new TreeSet<>(fileOfTensor.values());
        files.forEach(file -> addAll(folder.resolve(file), arena, tensors));
        fileOfTensor.forEach((name, file) -> {
            if (!tensors.containsKey(name)) {
                throw MoiraException.expected(
                        folder.resolve(file).toString(), "tensor " + name + " as " + INDEX + " says", "none");
            }
        });
        return new HuggingFaceFolder(config, Collections.unmodifiableMap(tensors), files.size());
    }

    private static Map<String, Object> json(Path path) {
        return Json.object(MappedFile.read(path), path.toString());
    }

    private static Map<String, String> index(Path path) {
        Map<String, String> files = new LinkedHashMap<>();
        Json.object(json(path).get("weight_map"), path + ": weight_map").forEach((name, file) -> {
            // A file beside the index: an index from somewhere else must not reach out of its folder.
            if (!(file instanceof String text) || !text.matches("[\\w.-]+\\.safetensors")) {
                throw MoiraException.expected(
                        path + ", " + name, "the name of a safetensors file", Settings.describe(file));
            }
            files.put(name, text);
        });
        return files;
    }

    private static void addAll(Path path, Arena arena, Map<String, Tensor> tensors) {
        SafetensorsFile.read(path, arena).entries().forEach((name, entry) -> {
            Tensor tensor = entry.tensor()
                    .orElseThrow(() -> MoiraException.expected(
                            path + ", tensor " + name, "a dtype of F32, F16, BF16, F64", entry.dtype()));
            if (tensors.put(name, tensor) != null) {
                throw MoiraException.expected(path.toString(), "a tensor in one file", name + " in two");
            }
        });
    }
}
