package moira.engine.family;

import java.util.List;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.AttentionSpec;
import moira.engine.architecture.LayerSpec;
import moira.engine.architecture.MixtureSpec;
import moira.engine.architecture.NormSpec;
import moira.engine.architecture.Pairing;
import moira.engine.architecture.RouterSpec;
import moira.engine.architecture.RouterSpec.Score;

/** DeepSeek-MoE 16B (arXiv 2401.06066): the first layer is dense, two experts are shared. */
final class DeepSeekMoe implements Family {
    @Override
    public String name() {
        return "deepseek-moe";
    }

    @Override
    public List<String> modelTypes() {
        return List.of("deepseek");
    }

    @Override
    public List<String> ggufArchitectures() {
        return List.of("deepseek");
    }

    @Override
    public Pairing ggufPairing() {
        return Pairing.INTERLEAVED;
    }

    @Override
    public Architecture architecture(Keys keys) {
        keys.settings().allowOnly("attention_bias", false);
        keys.settings().allowOnly("moe_layer_freq", 1);
        keys.settings().allowOnly("scoring_func", "softmax");
        NormSpec norm = keys.norm(1e-6f);
        AttentionSpec attention = keys.groupedQuery(this, 1e4f);
        RouterSpec router = RouterSpec.of(Score.SOFTMAX, keys.truth(Key.RENORMALISED, false))
                .withScale(keys.positiveFloat(Key.WEIGHT_SCALE, 1));
        MixtureSpec routed = keys.mixture(router);
        int shared = keys.natural(Key.SHARED_EXPERTS);
        MixtureSpec mixture = shared == 0 ? routed : routed.withShared(shared, shared * routed.expertWidth(), false);
        int dense = keys.natural(Key.DENSE_LAYERS);
        return keys.architecture(
                this,
                norm,
                layer -> new LayerSpec(norm, attention, keys.routes(layer, layer >= dense) ? mixture : keys.dense()));
    }

    @Override
    public void describe(Architecture architecture, GgufDescription gguf) {
        gguf.put(Key.DENSE_LAYERS, gguf.denseLayers(architecture));
        gguf.put(Key.WEIGHT_SCALE, architecture.mixture().orElseThrow().router().scale());
    }
}
