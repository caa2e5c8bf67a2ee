package moira.routing.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
        boolean first = true;
        for (ModelTerm term : terms) {
            details.add(sentence(term, first ? " of the uncertainty about a token\u2019s " + expert : "", rule));
            first = false;
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
                layers.size(), terms, leading, headline, details, headline + " " + String.join(" ", details));
    }

    private static String opening(List<ModelTerm> terms, List<String> leading) {
        boolean tested = terms.stream().anyMatch(term -> term.standing() != Standing.UNTESTED);
        if (leading.size() == 1) {
            return "More than by anything else looked at, routing goes by " + leading.getFirst()
                    + (tested ? "." : ", by size alone: nothing here could be tested against chance.");
        }
        if (leading.size() > 1) {
            return "Routing goes by " + Phrases.and(leading) + ", about as much by either.";
        }
        if (terms.isEmpty()) {
            return "Nothing could be weighed.";
        }
        String none = "none of what was looked at ("
                + terms.stream().map(ModelTerm::name).collect(Collectors.joining(", ")) + ")";
        if (terms.stream().allMatch(term -> term.standing() == Standing.UNTESTED)) {
            return "By size alone, routing goes by " + none + "; nothing here could be tested against chance.";
        }
        return terms.stream().anyMatch(term -> term.standing() == Standing.IN_PART)
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
                name + "not to be told from chance in any of " + term.layers() + " layers"
                        + Phrases.smallest(term.smallestEffect()) + ".";
            case UNTESTED ->
                name + rule.word(term.share()) + ", " + Phrases.share(term.share()) + what.replaceFirst(",$", "")
                        + ", not tested" + peak(term) + ".";
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
        for (LayerVerdict layer : layers) {
            for (Term term : layer.beside()) {
                if (term.quantity().equals(quantity) && term.share() != null) {
                    bits += term.share() * layer.entropyBits();
                    entropy += layer.entropyBits();
                }
            }
        }
        boolean weighed = terms.stream().anyMatch(term -> term.quantity().equals(cue.quantity()));
        return weighed && entropy > 0
                ? Optional.of(words.formatted(Phrases.share(Math.max(0, bits / entropy))))
                : Optional.empty();
    }
}
