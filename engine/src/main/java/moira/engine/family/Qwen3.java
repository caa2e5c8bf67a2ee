package moira.engine.family;

import java.util.List;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.GroupedQuerySpec.HeadNorm;
import moira.engine.architecture.LayerSpec;
import moira.engine.architecture.NormSpec;

/** Qwen3 (arXiv 2505.09388): dense, with a norm of each query and key. */
final class Qwen3 implements Family {
    @Override
    public String name() {
        return "qwen3";
    }

    @Override
    public List<String> modelTypes() {
        return List.of("qwen3");
    }

    @Override
    public List<String> ggufArchitectures() {
        return List.of("qwen3");
    }

    @Override
    public Architecture architecture(Keys keys) {
        keys.settings().allowOnly("attention_bias", false);
        NormSpec norm = keys.norm(1e-6f);
        GroupedQuerySpec attention = keys.groupedQuery(this, 1e4f).withNorm(HeadNorm.HEAD, norm.epsilon());
        return keys.architecture(
                this,
                norm,
                layer -> new LayerSpec(norm, attention.withWindow(QwenWindow.of(keys, layer)), keys.dense()));
    }
}
