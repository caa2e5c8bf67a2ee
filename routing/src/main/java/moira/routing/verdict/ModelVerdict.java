package moira.routing.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import moira.routing.result.Text;

/**
 * The verdict on a model as a whole.
 *
 * @param leading names of the terms ahead, several where they are alike, none where nothing holds in most layers
 * @param headline one sentence
 * @param details a sentence for each term, and what stands beside them
 * @param words headline and details as a paragraph
 */
public record ModelVerdict(
        int layers, List<ModelTerm> terms, List<String> leading, String headline, List<String> details, String words) {
    /** Where there is nothing to judge, with the reason. */
    static ModelVerdict none(String reason) {
        String words = "No verdict: " + reason + ".";
        return new ModelVerdict(0, List.of(), List.of(), words, List.of(), words);
    }

    static ModelVerdict of(List<LayerVerdict> layers, int modelLayers, String choices, Rule rule) {
        List<ModelTerm> terms = Stream.of(Cue.values())
                .map(cue -> ModelTerm.of(cue, layers, modelLayers))
                .filter(term -> term.layers() > 0)
                .toList();
        List<String> leading = Leading.names(Leading.of(terms, rule));
        String headline = opening(terms, leading);
        List<String> details = new ArrayList<>();
        String expert = choices.equals("first") ? "first expert" : "expert, any of its choices,";
        String what = " of the uncertainty about a token\u2019s " + expert;
        for (ModelTerm term : terms) {
            details.add(sentence(term, what, rule));
            what = term.standing() == Standing.NOT_SHOWN ? what : "";
        }
        beside(layers, terms, "domain", "The domain alone, the token not known, gives %s.", Cue.TOPIC)
                .ifPresent(details::add);
        beside(
                        layers,
                        terms,
                        "previous_token",
                        "The token before, not its expert, gives %s: what the neighbour tells is partly that token\u2019s doing.",
                        Cue.NEIGHBOUR)
                .ifPresent(details::add);
        return new ModelVerdict(
                layers.size(), terms, leading, headline, details, (headline + " " + String.join(" ", details)).strip());
    }

    private static String opening(List<ModelTerm> terms, List<String> leading) {
        if (terms.isEmpty()) {
            return "Nothing could be weighed.";
        }
        List<ModelTerm> tested = terms.stream()
                .filter(term -> term.standing() != Standing.UNTESTED)
                .toList();
        if (tested.isEmpty()) {
            return leading.isEmpty()
                    ? "By what routing goes is not known: nothing here could be tested against chance."
                    : "More than by anything else looked at, routing goes by " + leading.getFirst()
                            + ", by size alone: nothing here could be tested against chance.";
        }
        List<String> others = terms.stream()
                .filter(term -> term.standing() == Standing.UNTESTED)
                .map(ModelTerm::name)
                .toList();
        return others.isEmpty()
                ? goesBy(terms, tested, leading)
                : goesBy(terms, tested, leading) + " " + Phrases.sentence(Phrases.and(others))
                        + " could not be tested.";
    }

    private static String goesBy(List<ModelTerm> terms, List<ModelTerm> tested, List<String> leading) {
        boolean all = tested.size() == terms.size();
        if (leading.size() > 1) {
            return "Routing goes by " + Phrases.and(leading) + ", about as much by either.";
        }
        if (leading.size() == 1) {
            return tested.size() == 1
                    ? "Routing goes by " + leading.getFirst() + ", the one thing that could be tested."
                    : (all ? "More than by anything else looked at" : "More than by anything else that could be tested")
                            + ", routing goes by " + leading.getFirst() + ".";
        }
        String none = (all ? "none of what was looked at (" : "none of what could be tested (")
                + tested.stream().map(ModelTerm::name).collect(Collectors.joining(", ")) + ")";
        return tested.stream().anyMatch(term -> term.standing() == Standing.IN_PART)
                ? "In most layers routing goes by " + none + ", as far as can be told from chance."
                : "Routing goes by " + none + ", as far as can be told from chance.";
    }

    private static String sentence(ModelTerm term, String what, Rule rule) {
        String name = Phrases.sentence(term.name()) + ": ";
        return switch (term.standing()) {
            case HOLDS, IN_PART ->
                name + rule.word(term.share()) + ", " + Phrases.interval(term) + what
                        + ", beyond chance and not negligible in " + Phrases.ofLayers(term.holdsIn(), term.layers())
                        + peak(term) + ".";
            case NEGLIGIBLE -> name + "detectable but negligible, " + Phrases.interval(term) + what + ".";
            case NOT_SHOWN ->
                name + "not to be told from chance " + Phrases.anyLayer(term.testedIn())
                        + Phrases.smallest(term.smallestEffect()) + ".";
            case UNTESTED -> name + Phrases.untested(term, what, rule) + ".";
        };
    }

    private static String peak(ModelTerm term) {
        return term.peak() == null || term.layers() < 3
                ? ""
                : ", most in the " + term.peak().third() + " third ("
                        + Phrases.share(term.peak().share()) + " in layer "
                        + term.peak().layer() + ")";
    }

    /** A sentence about a quantity that stands beside a term, where that term is weighed. */
    private static Optional<String> beside(
            List<LayerVerdict> layers, List<ModelTerm> terms, String quantity, String words, Cue cue) {
        double bits = 0;
        double entropy = 0;
        boolean tested = false;
        boolean bound = false;
        for (LayerVerdict layer : layers) {
            for (Term term : layer.beside()) {
                if (term.quantity().equals(quantity) && term.share() != null) {
                    bits += term.share() * layer.entropyBits();
                    entropy += layer.entropyBits();
                    tested |= term.untested() == null;
                    bound |= term.upperBound();
                }
            }
        }
        boolean weighed = terms.stream().anyMatch(term -> term.quantity().equals(cue.quantity()));
        String share = (bound ? "at most " : "") + Phrases.share(Math.max(0, bits / entropy));
        return weighed && entropy > 0
                ? Optional.of(Text.of(words, share + (tested ? "" : ", not tested")))
                : Optional.empty();
    }
}
