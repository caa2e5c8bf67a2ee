package moira.engine.checkpoint;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import moira.engine.tokenizer.VocabularyMetadata;

/** What a GGUF file says of a model beside its dimensions: whose it is, its vocabulary, its chat template. */
final class DescriptiveMetadata {
    /** What is said of the file and not of the model. */
    private static final Set<String> OF_THE_FILE = Set.of(
            "general.architecture",
            "general.name",
            "general.alignment",
            "general.file_type",
            "general.quantization_version");

    private DescriptiveMetadata() {}

    /** That of another GGUF file; values of kinds that say nothing of a language model are left out. */
    static Map<String, Object> ofGguf(Map<String, Object> metadata) {
        Map<String, Object> kept = new LinkedHashMap<>();
        metadata.forEach((key, value) -> {
            boolean describes = key.startsWith("general.") || key.startsWith("tokenizer.");
            if (describes && !OF_THE_FILE.contains(key)) {
                narrow(value).ifPresent(narrow -> kept.put(key, narrow));
            }
        });
        return kept;
    }

    /** The reader widens numbers; llama.cpp wants ids, scores and types as 32 bits. */
    private static Optional<Object> narrow(Object value) {
        return switch (value) {
            case Long number when number >>> 32 == 0 -> Optional.of(number.intValue());
            case Double number -> Optional.of(number.floatValue());
            case String text -> Optional.of(text);
            case Boolean truth -> Optional.of(truth);
            case String[] texts -> Optional.of(texts);
            case double[] numbers -> Optional.of(floats(numbers));
            case long[] numbers -> ints(numbers);
            default -> Optional.empty();
        };
    }

    private static float[] floats(double[] numbers) {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return floats;
    }

    private static Optional<Object> ints(long[] numbers) {
        int[] ints = new int[numbers.length];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = (int) numbers[i];
            if (ints[i] != numbers[i]) {
                return Optional.empty();
            }
        }
        return Optional.of(ints);
    }

    /**
     * That of a folder: its tokenizer, and its chat templates.
     *
     * @param ends ids that end an answer
     */
    static Map<String, Object> ofFolder(Path folder, Set<Integer> ends) {
        Map<String, Object> metadata = VocabularyMetadata.of(ModelTokenizers.ofFolder(folder), ends);
        ChatSources.put(ChatSources.ofFolder(folder), metadata);
        return metadata;
    }
}
