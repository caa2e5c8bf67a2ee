package moira.engine.family;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import moira.engine.MoiraException;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.Part;
import moira.engine.architecture.Weights;

/** All families that are read. */
public final class Families {
    private static final List<Family> ALL = List.of(
            new Mixtral(),
            new Olmoe(),
            new Qwen2Moe(),
            new Qwen3Moe(),
            new DeepSeekMoe(),
            new DeepSeek(),
            new GptOss(),
            new Phi35Moe(),
            new GraniteMoe(),
            new Glm4Moe(),
            new Llama(),
            new Qwen2(),
            new Qwen3());

    private static final String ARCHITECTURE = "general.architecture";

    private Families() {}

    /**
     * The decoder that files describe, and what they call its weights.
     *
     * @param tied whether the embedding is the output matrix, too
     */
    public record Described(Family family, Architecture architecture, WeightNames names, boolean tied) {
        /**
         * All weights, as the description has them.
         *
         * @throws MoiraException if one is missing, misshapen, or one too many
         */
        public Weights weights(NamedTensors tensors) {
            // Layers that predict further tokens stand behind those that are computed.
            String behind = names.layer().formatted(architecture.depth());
            tensors.ignore(name -> family.predictsAhead() && name.startsWith(behind));
            return names.read(architecture, tensors, tied);
        }
    }

    /**
     * What {@code config.json} describes.
     *
     * @throws MoiraException if it is of a family, or says something, that is not read
     */
    public static Described ofHuggingFace(Map<String, Object> config, String where) {
        Settings settings = new Settings(config, where);
        Family family = ofHuggingFace(settings);
        HuggingFaceKeys keys = new HuggingFaceKeys(settings);
        refuseQuantised(settings, family);
        Architecture architecture = family.architecture(keys).checked(where);
        boolean tied = settings.truth("tie_word_embeddings", false);
        keys.requireAllRead();
        return new Described(family, architecture, family.huggingFaceNames(), tied);
    }

    /**
     * What Mistral's {@code params.json} describes: a mixture, or a dense model.
     *
     * @throws MoiraException if it says something that is not read
     */
    public static Described ofMistral(Map<String, Object> params, String where) {
        MistralKeys keys = new MistralKeys(new Settings(params, where));
        Family family = keys.isMixture() ? new Mixtral() : new Llama();
        Architecture architecture = family.architecture(keys).checked(where);
        boolean tied = keys.settings().truth("tied_embeddings", false);
        keys.requireAllRead();
        return new Described(family, architecture, MistralKeys.NAMES, tied);
    }

    /** By its type, or where a file has none by the class of the library that it names. */
    private static Family ofHuggingFace(Settings settings) {
        String type = settings.text("model_type", "");
        Object classes = settings.get("architectures");
        String named = classes instanceof List<?> list && !list.isEmpty() ? String.valueOf(list.getFirst()) : "";
        for (Family family : ALL) {
            if (family.modelTypes().stream().anyMatch(one -> type.isEmpty() ? isClass(one, named) : one.equals(type))) {
                if (!named.isEmpty() && !named.endsWith("ForCausalLM")) {
                    break;
                }
                return family;
            }
        }
        throw MoiraException.expected(
                settings.where(),
                "a causal language model of a type that is read (" + types() + ")",
                (type.isEmpty() ? "none" : type) + (named.isEmpty() ? "" : ", " + named));
    }

    private static boolean isClass(String type, String named) {
        return named.toLowerCase(Locale.ROOT).equals(type.replace("_", "") + "forcausallm");
    }

    private static String types() {
        return ALL.stream().flatMap(family -> family.modelTypes().stream()).collect(Collectors.joining(", "));
    }

    /** Only what a family reads may be there in fewer bits. */
    private static void refuseQuantised(Settings settings, Family family) {
        if (settings.has("quantization_config")) {
            String method = settings.within("quantization_config").text("quant_method", "an unknown method");
            if (!family.quantisations().contains(method)) {
                throw MoiraException.expected(
                        settings.where() + ": quantization_config",
                        "weights in F32, F16 or BF16, or a GGUF file",
                        "weights that " + method + " quantised");
            }
        }
    }

    /**
     * What the metadata of a GGUF file describe.
     *
     * @throws MoiraException if it is of an architecture, or says something, that is not read
     */
    public static Described ofGguf(Map<String, Object> metadata, NamedTensors tensors, String where) {
        Settings settings = new Settings(metadata, where);
        settings.allowOnly("split.count", 1L);
        String architecture = settings.text(ARCHITECTURE, "none");
        GgufKeys keys = new GgufKeys(settings, architecture, tensors);
        Family family = ALL.stream()
                .filter(one -> one.ggufArchitectures().contains(architecture) && one.reads(keys))
                .findFirst()
                .orElseThrow(() -> MoiraException.expected(
                        where, "an architecture that is read (" + architectures() + ")", architecture));
        Architecture described = family.architecture(keys).checked(where);
        boolean tied = !tensors.has(family.ggufNames().name(Part.OUTPUT, 0));
        keys.requireAllRead();
        return new Described(family, described, family.ggufNames(), tied);
    }

    private static String architectures() {
        return ALL.stream()
                .flatMap(family -> family.ggufArchitectures().stream())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** The family of a described decoder. */
    public static Family of(Architecture architecture) {
        return ALL.stream()
                .filter(family -> family.name().equals(architecture.family()))
                .findFirst()
                .orElseThrow(() -> MoiraException.expected("family", types(), architecture.family()));
    }
}
