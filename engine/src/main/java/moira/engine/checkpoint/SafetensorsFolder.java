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
 * A folder of safetensors files: one, or several and an index, which tells for every tensor the file that holds it.
 *
 * @param config what describes the model
 * @param tensors by name, in the order of the files
 * @param files how many files hold them
 */
record SafetensorsFolder(Map<String, Object> config, Map<String, Tensor> tensors, int files) {
    /** Maps the files; the tensors are valid as long as the arena is open. */
    static SafetensorsFolder read(Path folder, FolderLayout layout, Arena arena) {
        Map<String, Object> config = json(folder.resolve(layout.config()));
        Path single = folder.resolve(layout.single());
        Path index = folder.resolve(layout.index());
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        if (Files.exists(single)) {
            addAll(single, arena, tensors);
            return new SafetensorsFolder(config, Collections.unmodifiableMap(tensors), 1);
        }
        if (!Files.exists(index)) {
            throw MoiraException.expected(folder.toString(), layout.single() + " or " + layout.index(), "neither");
        }
        Map<String, String> fileOfTensor = index(index);
        TreeSet<String> files = new TreeSet<>(fileOfTensor.values());
        files.forEach(file -> addAll(folder.resolve(file), arena, tensors));
        fileOfTensor.forEach((name, file) -> {
            if (!tensors.containsKey(name)) {
                throw MoiraException.expected(
                        folder.resolve(file).toString(), "tensor " + name + " as " + layout.index() + " says", "none");
            }
        });
        return new SafetensorsFolder(config, Collections.unmodifiableMap(tensors), files.size());
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
