package moira.engine.family;

import static moira.engine.family.Place.named;

import java.util.List;
import moira.engine.architecture.Activation;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.LayerSpec;
import moira.engine.architecture.MixtureSpec;
import moira.engine.architecture.NormSpec;
import moira.engine.architecture.Part;
import moira.engine.architecture.RotarySpec;
import moira.engine.architecture.RotarySpec.Yarn;
import moira.engine.architecture.RouterSpec;
import moira.engine.architecture.RouterSpec.Score;

/** gpt-oss-20b and 120b (arXiv 2508.10925): sinks, windows in every other layer, clamped experts with biases, in MXFP4. */
final class GptOss implements Family {
    private static final Activation CLAMPED = new Activation.ClampedSwiGlu(1.702f, 7);

    @Override
    public String name() {
        return "gpt-oss";
    }

    @Override
    public List<String> modelTypes() {
        return List.of("gpt_oss");
    }

    @Override
    public List<String> ggufArchitectures() {
        return List.of("gpt-oss");
    }

    @Override
    public Architecture architecture(Keys keys) {
        keys.settings().allowOnly("attention_bias", true);
        keys.settings().allowOnly("swiglu_limit", 7.0);
        NormSpec norm = keys.norm(1e-5f);
        GroupedQuerySpec plain = keys.groupedQuery(this, 150_000);
        RotarySpec rotary = keys instanceof GgufKeys ? untruncated(plain.rotary()) : plain.rotary();
        GroupedQuerySpec attention = GroupedQuerySpec.of(plain.heads(), plain.kvHeads(), plain.headWidth(), rotary)
                .withBiases(true, true)
                .withSinks();
        MixtureSpec mixture = keys.mixture(
                        RouterSpec.of(Score.SOFTMAX_OF_CHOSEN, true).withBias())
                .with(CLAMPED, true);
        int window = keys.natural(Key.WINDOW);
        return keys.architecture(
                this,
                norm,
                layer -> new LayerSpec(norm, attention.withWindow(slides(keys, layer) ? window : 0), mixture));
    }

    @Override
    public List<String> quantisations() {
        return List.of("mxfp4");
    }

    /** llama.cpp rounds the ends of YaRN's ramp, and its files do not say that the model does not. */
    private static RotarySpec untruncated(RotarySpec rotary) {
        return rotary.scaling() instanceof Yarn yarn
                ? new RotarySpec(rotary.base(), rotary.dimensions(), rotary.pairing(), yarn.untruncated())
                : rotary;
    }

    /** As listed, or every other layer from the first on. */
    private static boolean slides(Keys keys, int layer) {
        if (keys.settings().get("layer_types") instanceof List<?> types && layer < types.size()) {
            return "sliding_attention".equals(types.get(layer));
        }
        return layer % 2 == 0;
    }

    @Override
    public WeightNames huggingFaceNames() {
        String gateUp = "mlp.experts.gate_up_proj";
        String down = "mlp.experts.down_proj";
        return Names.HUGGING_FACE
                .with(Part.ROUTER, named("mlp.router.weight"))
                .with(Part.ROUTER_BIAS, named("mlp.router.bias"))
                .with(Part.EXPERT_GATE, new Mxfp4Place(gateUp, 0, 2), new AlternatingPlace(gateUp, 0, 2))
                .with(Part.EXPERT_UP, new Mxfp4Place(gateUp, 1, 2), new AlternatingPlace(gateUp, 1, 2))
                .with(Part.EXPERT_DOWN, new Mxfp4Place(down, 0, 1), new AlternatingPlace(down, 0, 1))
                .with(Part.EXPERT_GATE_BIAS, new AlternatingBiases(gateUp + "_bias", 0))
                .with(Part.EXPERT_UP_BIAS, new AlternatingBiases(gateUp + "_bias", 1))
                .with(Part.EXPERT_DOWN_BIAS, named(down + "_bias"));
    }

    @Override
    public WeightNames ggufNames() {
        return Names.GGUF.with(Part.FEED_FORWARD_NORM, named("post_attention_norm.weight"));
    }
}
