package moira.engine.family;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import moira.engine.architecture.RotarySpec;
import moira.engine.architecture.RotarySpec.Scaling;
import moira.engine.tensor.Tensor;

/** What the metadata of a GGUF file say, in llama.cpp's words; factors of the rotary embedding are tensors there. */
public final class GgufKeys extends Keys {
    /** Of what is sampled or drawn, not computed. */
    private static final Set<String> OTHERS =
            Set.of("tokenizer_pre", "rope.scaling.finetuned", "interleave_moe_layer_step", "use_parallel_residual");

    private final String architecture;
    private final NamedTensors tensors;

    /** @param architecture as {@code general.architecture} has it */
    public GgufKeys(Settings settings, String architecture, NamedTensors tensors) {
        super(settings);
        this.architecture = architecture;
        this.tensors = tensors;
        OTHERS.forEach(name -> settings.ignore(Set.of(own(name))));
    }

    /** A key of this architecture. */
    String own(String name) {
        return architecture + '.' + name;
    }

    @Override
    String name(Key key) {
        return own(key.gguf());
    }

    @Override
    boolean routes(int layer, boolean byRule) {
        return tensors.has("blk." + layer + ".ffn_gate_inp.weight");
    }

    NamedTensors tensors() {
        return tensors;
    }

    /** The rows of the embedding where the metadata have no number. */
    @Override
    int vocabulary() {
        int rows = (int) Math.min(tensors.rows("token_embd.weight"), Integer.MAX_VALUE);
        return positive(Key.VOCABULARY, rows);
    }

    @Override
    public int headWidth() {
        int headWidth = super.headWidth();
        settings().allowOnly(own("attention.value_length"), (long) headWidth);
        return headWidth;
    }

    @Override
    RotarySpec rotary(Family family, int dimensions, float otherwise) {
        int turned = settings().positive(own("rope.dimension_count"), dimensions);
        float base = settings().positiveFloat(own("rope.freq_base"), 10_000);
        return new RotarySpec(base, turned, family.ggufPairing(), scaling());
    }

    private Scaling scaling() {
        if (tensors.has("rope_freqs.weight")) {
            return new RotarySpec.Listed(factors("rope_freqs.weight"));
        }
        if (tensors.has("rope_factors_long.weight")) {
            return longRope();
        }
        float factor = settings().positiveFloat(own("rope.scaling.factor"), 1);
        float linear = settings().positiveFloat(own("rope.scale_linear"), 1);
        String type = settings().text(own("rope.scaling.type"), "linear");
        return switch (type) {
            case "none" -> new RotarySpec.Unscaled();
            case "linear" -> factor * linear == 1 ? new RotarySpec.Unscaled() : new RotarySpec.Linear(factor * linear);
            case "yarn" -> yarn(factor);
            default -> throw settings().unexpected(own("rope.scaling.type"), "none, linear or yarn");
        };
    }

    private Scaling yarn(float factor) {
        return new RotarySpec.Yarn(
                factor,
                settings().positive(own("rope.scaling.original_context_length"), context()),
                settings().positiveFloat(own("rope.scaling.yarn_beta_fast"), 32),
                settings().positiveFloat(own("rope.scaling.yarn_beta_slow"), 1),
                HuggingFaceKeys.magnitude(factor, 1) * settings().positiveFloat(own("rope.scaling.attn_factor"), 1),
                true);
    }

    private Scaling longRope() {
        float magnitude = settings().positiveFloat(own("rope.scaling.attn_factor"), 1);
        return new RotarySpec.LongRope(
                factors("rope_factors_short.weight"),
                factors("rope_factors_long.weight"),
                settings().positive(own("rope.scaling.original_context_length"), context()),
                magnitude,
                magnitude);
    }

    private List<Float> factors(String name) {
        Tensor tensor = tensors.take(name);
        List<Float> factors = new ArrayList<>();
        for (float factor : tensor.toFloats()) {
            factors.add(factor);
        }
        return factors;
    }

    @Override
    void requireAllRead() {
        settings().requireAllRead(architecture + '.');
    }
}
