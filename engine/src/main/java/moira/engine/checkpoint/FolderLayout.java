package moira.engine.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import moira.engine.family.Families;

/** How a folder lays out a model: what describes it, and what its weights are called. Folders may hold the same model both ways. */
enum FolderLayout {
    HUGGING_FACE("config.json", "model", Families::ofHuggingFace),
    /** Mistral's own, as its reference implementation reads it. */
    MISTRAL("params.json", "consolidated", Families::ofMistral);

    private final String config;
    private final String weights;
    private final BiFunction<Map<String, Object>, String, Families.Described> describer;

    FolderLayout(String config, String weights, BiFunction<Map<String, Object>, String, Families.Described> describer) {
        this.config = config;
        this.weights = weights;
        this.describer = describer;
    }

    /** The layout of a folder: the first of which all is there, or else the first that describes a model. */
    static Optional<FolderLayout> of(Path folder) {
        return Arrays.stream(values())
                .filter(layout -> layout.describes(folder) && layout.hasWeights(folder))
                .findFirst()
                .or(() -> Arrays.stream(values())
                        .filter(layout -> layout.describes(folder))
                        .findFirst());
    }

    private boolean describes(Path folder) {
        return Files.exists(folder.resolve(config));
    }

    private boolean hasWeights(Path folder) {
        return Files.exists(folder.resolve(single())) || Files.exists(folder.resolve(index()));
    }

    /** The file that describes the model. */
    String config() {
        return config;
    }

    /** The file of all weights. */
    String single() {
        return weights + ".safetensors";
    }

    /** The file that tells for every tensor which of several files holds it. */
    String index() {
        return single() + ".index.json";
    }

    /** @param where the file, for errors */
    Families.Described describe(Map<String, Object> settings, String where) {
        return describer.apply(settings, where);
    }
}
