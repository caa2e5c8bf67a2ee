package moira.engine.family;

import java.util.List;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.GroupedQuerySpec.HeadNorm;
import moira.engine.architecture.LayerSpec;
import moira.engine.architecture.MixtureSpec;
import moira.engine.architecture.NormSpec;
import moira.engine.architecture.RouterSpec;
import moira.engine.architecture.RouterSpec.Score;

/** Qwen3-30B-A3B and 235B-A22B (arXiv 2505.09388): a norm of each query and key, weights renormalised. */
final class Qwen3Moe implements Family {
    @Override
    public String name() {
        return "qwen3-moe";
    }

    @Override
    public List<String> modelTypes() {
        return List.of("qwen3_moe");
    }

    @Override
    public List<String> ggufArchitectures() {
        return List.of("qwen3moe");
    }

    @Override
    public Architecture architecture(Keys keys) {
        keys.settings().allowOnly("attention_bias", false);
        NormSpec norm = keys.norm(1e-6f);
        GroupedQuerySpec attention = keys.groupedQuery(this, 1e6f).withNorm(HeadNorm.HEAD, norm.epsilon());
        // llama.cpp renormalises whatever its file says, and so does every checkpoint; the library's class does not by
        // itself.
        RouterSpec router = RouterSpec.of(Score.SOFTMAX, keys.truth(Key.RENORMALISED, keys instanceof GgufKeys))
                .withScale(keys.positiveFloat(Key.WEIGHT_SCALE, 1));
        MixtureSpec mixture = keys.mixture(router);
        return keys.architecture(
                this,
                norm,
                layer -> new LayerSpec(
                        norm,
                        attention.withWindow(QwenWindow.of(keys, layer)),
                        QwenLayers.routes(keys, layer) ? mixture : keys.dense()));
    }
}
