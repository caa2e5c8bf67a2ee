package moira.routing.verdict;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The verdict on one layer.
 *
 * @param entropyBits H(X) of its choice of expert
 * @param terms what the verdict weighs
 * @param beside other quantities, for comparison; the verdict does not weigh them
 * @param leading names of the terms ahead, several where they are alike, none where nothing holds
 * @param words one sentence
 */
public record LayerVerdict(
        int layer, double entropyBits, List<Term> terms, List<Term> beside, List<String> leading, String words) {

    static LayerVerdict of(int layer, double entropy, List<Term> terms, List<Term> beside, Rule rule) {
        List<String> leading = Leading.names(Leading.of(terms, rule));
        return new LayerVerdict(layer, entropy, terms, beside, leading, words(entropy, terms, leading, rule));
    }

    private static String words(double entropy, List<Term> terms, List<String> leading, Rule rule) {
        if (terms.isEmpty()) {
            return entropy == 0 ? "All tokens go to one expert." : "Nothing to weigh.";
        }
        boolean tested = terms.stream().anyMatch(term -> term.standing() != Standing.UNTESTED);
        String ahead = leading.isEmpty()
                ? (tested ? "None shown to be beyond chance" : "Not tested")
                : Phrases.sentence(Phrases.and(leading)) + (leading.size() > 1 ? " alike" : "");
        return ahead + ": " + terms.stream().map(term -> clause(term, rule)).collect(Collectors.joining("; ")) + ".";
    }

    private static String clause(Term term, Rule rule) {
        return term.name() + " "
                + switch (term.standing()) {
                    case HOLDS, IN_PART -> rule.word(term.share()) + ", " + Phrases.interval(term);
                    case NEGLIGIBLE -> "detectable but negligible, " + Phrases.share(term.share());
                    case NOT_SHOWN -> "not to be told from chance" + Phrases.smallest(term.smallestEffect());
                    case UNTESTED -> Phrases.untested(term, "", rule);
                };
    }
}
