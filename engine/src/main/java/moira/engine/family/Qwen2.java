package moira.engine.family;

import java.util.List;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.LayerSpec;
import moira.engine.architecture.NormSpec;

/** Qwen2 and Qwen2.5 (arXiv 2407.10671): dense, with biases on queries, keys and values. */
final class Qwen2 implements Family {
    @Override
    public String name() {
        return "qwen2";
    }

    @Override
    public List<String> modelTypes() {
        return List.of("qwen2");
    }

    @Override
    public List<String> ggufArchitectures() {
        return List.of("qwen2");
    }

    @Override
    public Architecture architecture(Keys keys) {
        NormSpec norm = keys.norm(1e-6f);
        GroupedQuerySpec attention = keys.groupedQuery(this, 1e4f).withBiases(true, false);
        return keys.architecture(
                this,
                norm,
                layer -> new LayerSpec(norm, attention.withWindow(QwenWindow.of(keys, layer)), keys.dense()));
    }
}
