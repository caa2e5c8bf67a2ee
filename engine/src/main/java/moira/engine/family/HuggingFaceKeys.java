package moira.engine.family;

import java.util.List;
import java.util.Set;
import moira.engine.architecture.RotarySpec;
import moira.engine.architecture.RotarySpec.Scaling;

/** What {@code config.json} says: in the words of version 5 of the transformers library, or in those before. */
public sealed class HuggingFaceKeys extends Keys permits MistralKeys {
    /** What changes nothing that a decoder computes; ids of special tokens are the tokenizer's affair. */
    private static final Set<String> OTHERS = Set.of(
            "_attn_implementation",
            "_attn_implementation_autoset",
            "_name_or_path",
            "architectures",
            "attention_dropout",
            "attn_pdrop",
            "auto_map",
            "aux_loss_alpha",
            "bos_token_id",
            "dtype",
            "embd_pdrop",
            "eos_token_id",
            "ep_size",
            "hidden_dropout",
            "id2label",
            "initial_context_length",
            "initializer_range",
            "input_jitter_noise",
            "label2id",
            "max_window_layers",
            "model_type",
            "output_router_logits",
            "pad_token_id",
            "pretraining_tp",
            "resid_pdrop",
            "router_aux_loss_coef",
            "router_jitter_noise",
            "seq_aux",
            "swiglu_limit",
            "tie_word_embeddings",
            "torch_dtype",
            "transformers_version",
            "unsloth_fixed",
            "unsloth_version",
            "use_cache",
            "z_loss_coef");

    private final Settings rope;

    public HuggingFaceKeys(Settings settings) {
        super(settings);
        rope = settings.within(settings.first(List.of("rope_parameters", "rope_scaling")));
        settings.ignore(OTHERS);
        settings.allowOnly("hidden_act", "silu");
    }

    @Override
    String name(Key key) {
        return settings().first(key.huggingFace());
    }

    @Override
    boolean routes(int layer, boolean byRule) {
        return byRule;
    }

    @Override
    int vocabulary() {
        return positive(Key.VOCABULARY);
    }

    @Override
    RotarySpec rotary(Family family, int dimensions, float otherwise) {
        Settings base = settings().has("rope_theta") ? settings() : rope;
        int turned = Math.round(dimensions * fraction());
        return new RotarySpec(
                base.positiveFloat("rope_theta", otherwise), turned, family.huggingFacePairing(), scaling());
    }

    /** How much of a head is turned. */
    private float fraction() {
        float inside = rope.positiveFloat("partial_rotary_factor", 1);
        return settings().positiveFloat("partial_rotary_factor", inside);
    }

    private Scaling scaling() {
        String type = rope.text("rope_type", rope.text("type", "default"));
        return switch (type) {
            case "default" -> new RotarySpec.Unscaled();
            case "linear" -> new RotarySpec.Linear(rope.positiveFloat("factor"));
            case "llama3" ->
                new RotarySpec.Llama3(
                        rope.positiveFloat("factor"),
                        rope.positiveFloat("low_freq_factor"),
                        rope.positiveFloat("high_freq_factor"),
                        originalContext());
            case "yarn" -> yarn();
            case "longrope", "su" -> longRope();
            default ->
                throw rope.unexpected(
                        rope.has("rope_type") ? "rope_type" : "type", "default, linear, llama3, yarn or longrope");
        };
    }

    /** Some files say it twice. */
    private int originalContext() {
        int outside = settings().positive("original_max_position_embeddings", context());
        return rope.positive("original_max_position_embeddings", outside);
    }

    /** Sines and cosines are multiplied with a magnitude that the file states, or that follows from the factor. */
    private Scaling yarn() {
        float factor = rope.positiveFloat("factor");
        float mscale = rope.naturalFloat("mscale");
        float allDimensions = rope.naturalFloat("mscale_all_dim");
        float derived = mscale > 0 && allDimensions > 0
                ? magnitude(factor, mscale) / magnitude(factor, allDimensions)
                : magnitude(factor, 1);
        return new RotarySpec.Yarn(
                factor,
                originalContext(),
                rope.positiveFloat("beta_fast", 32),
                rope.positiveFloat("beta_slow", 1),
                rope.positiveFloat("attention_factor", derived),
                rope.truth("truncate", true));
    }

    /** {@code 0.1 m ln(factor) + 1} (arXiv 2309.00071, eq. 22). */
    static float magnitude(float factor, float m) {
        return factor <= 1 ? 1 : (float) (0.1 * m * Math.log(factor) + 1);
    }

    /** How much of YaRN's magnitude belongs to the scores, {@code mscale_all_dim}; 0 where nothing is said of it. */
    float scoreMagnitude() {
        float m = rope.naturalFloat("mscale_all_dim");
        return m == 0 || !(scaling() instanceof RotarySpec.Yarn yarn) ? 1 : magnitude(yarn.factor(), m);
    }

    private Scaling longRope() {
        double stretch = context() / (double) originalContext();
        float derived = stretch <= 1 ? 1 : (float) Math.sqrt(1 + Math.log(stretch) / Math.log(originalContext()));
        float magnitude = rope.positiveFloat("attention_factor", derived);
        rope.has("factor");
        return new RotarySpec.LongRope(
                rope.floats("short_factor"),
                rope.floats("long_factor"),
                originalContext(),
                rope.positiveFloat("short_mscale", magnitude),
                rope.positiveFloat("long_mscale", magnitude));
    }

    @Override
    void requireAllRead() {
        rope.requireAllRead("");
        settings().requireAllRead("");
    }
}
