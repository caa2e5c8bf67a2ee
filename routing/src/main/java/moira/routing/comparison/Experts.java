package moira.routing.comparison;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import moira.routing.result.Text;
import moira.routing.verdict.ModelTerm;
import moira.routing.verdict.ModelVerdict;
import moira.routing.verdict.Rule;
import moira.routing.verdict.Standing;

/** Whether a model has experts, and for what: the cues that hold in most of its layers and explain at least some of the routing. */
final class Experts {
    private static final Map<String, String> FOR = Map.of(
            "token", "for words",
            "domain|token", "for topics",
            "domain", "for domains (topics or words, not told apart)",
            "previous_choice", "for runs of text");

    private Experts() {}

    /** In words, the largest first. */
    static String of(ModelVerdict verdict, Rule rule) {
        if (verdict.terms().isEmpty()) {
            return "not known";
        }
        List<String> words = new ArrayList<>();
        verdict.terms().stream()
                .filter(term -> term.share() != null && term.share() >= rule.specialist())
                .filter(term -> term.standing() == Standing.HOLDS)
                .sorted(Comparator.comparingDouble(ModelTerm::share).reversed())
                .forEach(term -> words.add(Text.of("%s (%s)", FOR.get(term.quantity()), Text.percent(term.share()))));
        // What was not tested is told, and stands behind what was, whatever its size.
        verdict.terms().stream()
                .filter(term -> term.standing() == Standing.UNTESTED && term.share() != null)
                .filter(term -> term.upperBound() || term.share() >= rule.specialist())
                .forEach(term -> words.add(Text.of(
                        "%s (%s%s, not tested)",
                        FOR.get(term.quantity()),
                        term.upperBound() ? "at most " : "",
                        Text.percent(Math.max(0, term.share())))));
        return words.isEmpty() ? "none that these figures show" : String.join(", ", words);
    }
}
