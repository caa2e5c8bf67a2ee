package moira.engine.family;

import static moira.engine.family.Place.named;

import java.util.List;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.LayerSpec;
import moira.engine.architecture.MixtureSpec;
import moira.engine.architecture.NormSpec;
import moira.engine.architecture.Part;
import moira.engine.architecture.RouterSpec;
import moira.engine.architecture.RouterSpec.Score;

/** Qwen1.5-MoE and Qwen2-MoE (arXiv 2407.10671): a shared expert whose output a token weighs. */
final class Qwen2Moe implements Family {
    @Override
    public String name() {
        return "qwen2-moe";
    }

    @Override
    public List<String> modelTypes() {
        return List.of("qwen2_moe");
    }

    @Override
    public List<String> ggufArchitectures() {
        return List.of("qwen2moe");
    }

    @Override
    public Architecture architecture(Keys keys) {
        NormSpec norm = keys.norm(1e-6f);
        GroupedQuerySpec attention =
                keys.groupedQuery(this, 1e6f).withBiases(keys.settings().truth("qkv_bias", true), false);
        keys.letBe(Key.SHARED_EXPERTS);
        int dense = keys.positive(Key.FEED_FORWARD_WIDTH);
        RouterSpec router = RouterSpec.of(Score.SOFTMAX, keys.truth(Key.RENORMALISED, false))
                .withScale(keys.positiveFloat(Key.WEIGHT_SCALE, 1));
        // Files of before 2024-05 do not say how wide experts are: those of a token are as wide as a dense layer.
        int width = keys.has(Key.EXPERT_WIDTH)
                ? keys.positive(Key.EXPERT_WIDTH)
                : dense / keys.positive(Key.EXPERTS_PER_TOKEN);
        MixtureSpec mixture = keys.mixture(router, width).withShared(1, keys.positive(Key.SHARED_WIDTH, dense), true);
        return keys.architecture(
                this,
                norm,
                layer -> new LayerSpec(
                        norm,
                        attention.withWindow(QwenWindow.of(keys, layer)),
                        QwenLayers.routes(keys, layer) ? mixture : keys.dense()));
    }

    @Override
    public WeightNames huggingFaceNames() {
        return Names.HUGGING_FACE
                .with(Part.SHARED_GATE, named("mlp.shared_expert.gate_proj.weight"))
                .with(Part.SHARED_UP, named("mlp.shared_expert.up_proj.weight"))
                .with(Part.SHARED_DOWN, named("mlp.shared_expert.down_proj.weight"))
                .with(Part.SHARED_WEIGHT, named("mlp.shared_expert_gate.weight"));
    }
}
