package moira.engine.checkpoint;

import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;

/** The dimensions of a decoder as {@code config.json} tells them (Hugging Face's {@code MixtralConfig}). */
final class HuggingFaceConfig {
    private static final String READ = "a Mixtral-like mixture of experts (MixtralForCausalLM)";

    private HuggingFaceConfig() {}

    static DecoderConfig read(Map<String, Object> config, String where) {
        Settings settings = new Settings(config, where);
        refuseWhatIsNotRead(settings);
        int width = settings.positive("hidden_size");
        int heads = settings.positive("num_attention_heads");
        return new DecoderConfig(
                        "mixtral",
                        width,
                        settings.positive("num_hidden_layers"),
                        heads,
                        settings.positive("num_key_value_heads"),
                        settings.has("head_dim")
                                ? settings.positive("head_dim")
                                : DecoderConfig.headWidth(width, heads, where),
                        settings.positive("intermediate_size"),
                        settings.positive("num_local_experts"),
                        settings.positive("num_experts_per_tok"),
                        settings.positive("vocab_size"),
                        settings.positive("max_position_embeddings"),
                        settings.positiveFloat("rms_norm_eps"),
                        ropeTheta(settings),
                        settings.natural("sliding_window"),
                        DecoderConfig.Rotation.HALVES)
                .checked(where);
    }

    private static void refuseWhatIsNotRead(Settings settings) {
        Object found = settings.values()
                .getOrDefault("architectures", settings.values().get("model_type"));
        if (!List.of("MixtralForCausalLM").equals(found) && !"mixtral".equals(found)) {
            throw MoiraException.expected(settings.where(), READ, "architecture " + found);
        }
        if (settings.has("quantization_config")) {
            throw settings.unexpected("quantization_config", "weights in F32, F16 or BF16");
        }
        settings.allowOnly("hidden_act", "silu");
    }

    /** Since version 5 of the transformers library theta stands among the {@code rope_parameters}. */
    private static float ropeTheta(Settings settings) {
        refuseScaling(settings, "rope_scaling");
        Settings parameters = refuseScaling(settings, "rope_parameters");
        return (settings.has("rope_theta") ? settings : parameters).positiveFloat("rope_theta");
    }

    private static Settings refuseScaling(Settings settings, String key) {
        String where = settings.where() + ": " + key;
        if (!settings.has(key)) {
            return new Settings(Map.of(), where);
        }
        Settings rope = new Settings(Json.object(settings.values().get(key), where), where);
        rope.allowOnly("type", "default");
        rope.allowOnly("rope_type", "default");
        rope.allowOnly("partial_rotary_factor", 1.0);
        return rope;
    }
}
