package moira.engine.family;

import moira.engine.architecture.MixtureSpec;
import moira.engine.architecture.RouterSpec;
import moira.engine.architecture.RouterSpec.Groups;
import moira.engine.architecture.RouterSpec.Score;

/** The mixtures of DeepSeek-V2 and V3, which GLM-4.5 took over: groups of experts, shared ones, a scale. */
final class DeepSeekRouting {
    private DeepSeekRouting() {}

    /**
     * A mixture as the file's settings have it.
     *
     * @param score of a softmax a group counts by its best expert, of sigmoids by its best two
     */
    static MixtureSpec mixture(Keys keys, Score score, boolean renormalised) {
        boolean sigmoid = score == Score.SIGMOID;
        RouterSpec router = RouterSpec.of(score, keys.truth(Key.RENORMALISED, renormalised))
                .withScale(keys.positiveFloat(Key.WEIGHT_SCALE, 1));
        int groups = keys.natural(Key.GROUPS);
        int kept = keys.natural(Key.KEPT_GROUPS);
        boolean greedy = keys.settings().text("topk_method", "").equals("greedy");
        if (groups > 1 && kept < groups && !greedy) {
            router = router.withGroups(new Groups(groups, kept, sigmoid ? 2 : 1));
        }
        MixtureSpec routed = keys.mixture(sigmoid ? router.withCorrection() : router);
        int shared = keys.natural(Key.SHARED_EXPERTS);
        keys.letBe(Key.SHARED_WIDTH);
        return shared == 0 ? routed : routed.withShared(shared, shared * routed.expertWidth(), false);
    }
}
