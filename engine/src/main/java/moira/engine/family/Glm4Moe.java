package moira.engine.family;

import static moira.engine.family.Place.named;

import java.util.List;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.GroupedQuerySpec.HeadNorm;
import moira.engine.architecture.LayerSpec;
import moira.engine.architecture.MixtureSpec;
import moira.engine.architecture.NormSpec;
import moira.engine.architecture.Part;
import moira.engine.architecture.RouterSpec.Score;

/** GLM-4.5 and GLM-4.5-Air (arXiv 2508.06471): sigmoid routing with a correction, half of each head turned. */
final class Glm4Moe implements Family {
    /** llama.cpp's number of a sigmoid. */
    private static final int SIGMOID = 2;

    @Override
    public String name() {
        return "glm-4.5";
    }

    @Override
    public List<String> modelTypes() {
        return List.of("glm4_moe");
    }

    @Override
    public List<String> ggufArchitectures() {
        return List.of("glm4moe");
    }

    @Override
    public boolean turnsInPart() {
        return true;
    }

    @Override
    public boolean predictsAhead() {
        return true;
    }

    @Override
    public Architecture architecture(Keys keys) {
        NormSpec norm = keys.norm(1e-5f);
        GroupedQuerySpec plain =
                keys.groupedQuery(this, 1e6f).withBiases(keys.settings().truth("attention_bias", true), false);
        boolean normed = keys instanceof GgufKeys gguf
                ? gguf.tensors().has("blk.0.attn_q_norm.weight")
                : keys.settings().truth("use_qk_norm", false);
        GroupedQuerySpec attention = normed ? plain.withNorm(HeadNorm.HEAD, norm.epsilon()) : plain;
        if (keys instanceof GgufKeys gguf) {
            keys.settings().allowOnly(gguf.own("expert_gating_func"), SIGMOID);
        }
        MixtureSpec mixture = DeepSeekRouting.mixture(keys, Score.SIGMOID, true);
        int dense = keys.natural(Key.DENSE_LAYERS);
        return keys.architecture(
                this,
                norm,
                layer -> new LayerSpec(norm, attention, keys.routes(layer, layer >= dense) ? mixture : keys.dense()));
    }

    @Override
    public WeightNames ggufNames() {
        return Names.GGUF.with(Part.FEED_FORWARD_NORM, named("post_attention_norm.weight"));
    }

    @Override
    public void describe(Architecture architecture, GgufDescription gguf) {
        gguf.put(Key.DENSE_LAYERS, gguf.denseLayers(architecture));
        gguf.put("expert_gating_func", SIGMOID);
        gguf.put(Key.PREDICTION_LAYERS, 0);
        gguf.put(Key.WEIGHT_SCALE, architecture.mixture().orElseThrow().router().scale());
    }
}
