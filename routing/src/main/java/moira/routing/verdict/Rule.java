package moira.routing.verdict;

import java.util.List;
import moira.routing.result.PermutationTests;

/**
 * The thresholds. A share is a part of H(X), the entropy of the choice of expert. What a share means for eight evenly
 * loaded experts and a cue that names the right one with some probability, the wrong ones evenly: 1 % is right for 20 % of
 * the tokens where chance is right for 12.5 %, 5 % for 30 %, 20 % for half of them, 50 % for three quarters.
 *
 * @param level of a permutation's p-value, corrected over the layers
 * @param floor the share below which a term is detectable but negligible
 * @param scale shares from which a word holds
 * @param specialist the share from which a model that is compared is said to have experts for a cue
 * @param fewSources documents of the smallest domain below which a caveat is raised
 * @param otherScript share of a domain's tokens in another script from which a caveat is raised
 * @param sharedVocabulary share of tokens whose type occurs in two domains or more, below which a caveat is raised
 * @param nearTies share of the router's decisions from which a caveat is raised
 * @param identical share of the decisions that are one and the same, with equal weights, from which a caveat is raised
 */
public record Rule(
        double level,
        double floor,
        List<Step> scale,
        double specialist,
        int fewSources,
        double otherScript,
        double sharedVocabulary,
        double nearTies,
        double identical) {
    /** @param from the smallest share that the word is used for */
    public record Step(String word, double from) {}

    /** The one rule there is. */
    public static final Rule DEFAULT = new Rule(
            PermutationTests.LEVEL,
            0.01,
            List.of(
                    new Step("next to nothing", 0),
                    new Step("little", 0.01),
                    new Step("some", 0.05),
                    new Step("much", 0.2),
                    new Step("most", 0.5)),
            0.05,
            10,
            0.1,
            0.5,
            0.01,
            0.01);

    /** The word for a share. */
    String word(double share) {
        String word = scale.getFirst().word();
        for (Step step : scale) {
            word = share >= step.from() ? step.word() : word;
        }
        return word;
    }
}
