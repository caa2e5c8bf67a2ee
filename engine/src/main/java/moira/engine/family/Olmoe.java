package moira.engine.family;

import java.util.List;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.GroupedQuerySpec.HeadNorm;
import moira.engine.architecture.NormSpec;
import moira.engine.architecture.RouterSpec;
import moira.engine.architecture.RouterSpec.Score;

/** OLMoE (arXiv 2409.02060): queries and keys are normed over all heads together, weights are not renormalised. */
final class Olmoe implements Family {
    @Override
    public String name() {
        return "olmoe";
    }

    @Override
    public List<String> modelTypes() {
        return List.of("olmoe");
    }

    @Override
    public List<String> ggufArchitectures() {
        return List.of("olmoe");
    }

    @Override
    public Architecture architecture(Keys keys) {
        keys.settings().allowOnly("attention_bias", false);
        NormSpec norm = keys.norm(1e-5f);
        GroupedQuerySpec attention = keys.groupedQuery(this, 1e4f)
                .withNorm(HeadNorm.WHOLE, norm.epsilon())
                .withClip(keys.naturalFloat(Key.CLIP));
        RouterSpec router = RouterSpec.of(Score.SOFTMAX, keys.truth(Key.RENORMALISED, false));
        return keys.architecture(this, norm, attention, keys.mixture(router));
    }
}
