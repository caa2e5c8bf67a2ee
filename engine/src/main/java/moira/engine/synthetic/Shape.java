package moira.engine.synthetic;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.architecture.Architecture;
import moira.engine.checkpoint.Json;
import moira.engine.family.Families;

/**
 * What a synthetic model is made of.
 *
 * @param name of the model whose dimensions it has
 * @param tied whether the embedding is the output matrix, too
 */
public record Shape(String name, Architecture architecture, boolean tied) {
    private static final int MOST_LAYERS = 1_000;

    /** Each a {@code config.json} beside this class: what its makers published, without what does not matter here. */
    private static final List<String> MODELS = List.of(
            "mixtral-8x7b",
            "mixtral-8x22b",
            "olmoe-1b-7b",
            "qwen1.5-moe-a2.7b",
            "qwen3-30b-a3b",
            "deepseek-moe-16b",
            "deepseek-v2-lite",
            "deepseek-v3",
            "gpt-oss-20b",
            "phi-3.5-moe",
            "granite-3-1b-a400m",
            "glm-4.5-air",
            // As many active weights as 8x7b, in 64 experts of which 16 are chosen.
            "mixtral-64",
            "small");

    /**
     * By the name of a model whose dimensions it has, with another number of layers.
     *
     * @throws MoiraException if there is no such model, or none has so many layers
     */
    public static Shape like(String model, int layers) {
        if (layers < 1 || layers > MOST_LAYERS) {
            throw MoiraException.expected("--layers", "1 to " + MOST_LAYERS, layers);
        }
        if (!MODELS.contains(model)) {
            throw MoiraException.expected("--like", String.join(", ", MODELS), model);
        }
        Map<String, Object> config = config(model);
        config.put("num_hidden_layers", layers);
        return of(model, config);
    }

    /** What a {@code config.json} describes. */
    public static Shape of(String name, Map<String, Object> config) {
        Families.Described described = Families.ofHuggingFace(config, name);
        return new Shape(name, described.architecture(), described.tied());
    }

    /** A Mixtral of any size. */
    public static Shape mixtral(
            String name,
            int width,
            int layers,
            int heads,
            int kvHeads,
            int headWidth,
            int expertWidth,
            int experts,
            int expertsPerToken,
            int vocabulary,
            int context) {
        Map<String, Object> config = config("small");
        config.put("hidden_size", width);
        config.put("num_hidden_layers", layers);
        config.put("num_attention_heads", heads);
        config.put("num_key_value_heads", kvHeads);
        config.put("head_dim", headWidth);
        config.put("intermediate_size", expertWidth);
        config.put("num_local_experts", experts);
        config.put("num_experts_per_tok", expertsPerToken);
        config.put("vocab_size", vocabulary);
        config.put("max_position_embeddings", context);
        return of(name, config);
    }

    private static Map<String, Object> config(String model) {
        try (InputStream in = Shape.class.getResourceAsStream(model + ".json")) {
            return new LinkedHashMap<>(Json.object(in.readAllBytes(), model));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
