package moira.routing.verdict;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * What one cue explains of a model. What cannot be had is null.
 *
 * @param share of H(X), over the layers that have the term, weighted by their H(X): the sum of the bits over the sum of H(X)
 * @param ciLow the layers' lower ends, weighted alike: as wide as if all layers erred the same way
 * @param ciHigh their upper ends
 * @param layers that have the term
 * @param testedIn of them in which it could be tested
 * @param holdsIn of them in which it holds
 * @param leadsIn of them in which it is ahead, alone or alike
 * @param smallestEffect of the layers, weighted alike
 * @param untested why it could not be tested in any layer; null where it was in one
 * @param upperBound whether it is of a layer ({@link Term#upperBound})
 * @param peak its largest share in one layer, that holds where any does
 */
public record ModelTerm(
        String name,
        String quantity,
        Double share,
        Double ciLow,
        Double ciHigh,
        int layers,
        int testedIn,
        int holdsIn,
        int leadsIn,
        Standing standing,
        Double smallestEffect,
        String untested,
        boolean upperBound,
        Peak peak)
        implements Explanation {
    /**
     * Where a term is largest.
     *
     * @param third {@code first}, {@code middle} or {@code last} of the model's depth
     */
    public record Peak(int layer, String third, Double share) {}

    /** @param modelLayers how many the model has, traced or not */
    static ModelTerm of(Cue cue, List<LayerVerdict> verdicts, int modelLayers) {
        List<LayerVerdict> having =
                verdicts.stream().filter(layer -> term(layer, cue) != null).toList();
        List<Term> terms = having.stream().map(layer -> term(layer, cue)).toList();
        int holds = (int)
                terms.stream().filter(term -> term.standing() == Standing.HOLDS).count();
        int leads = (int) having.stream()
                .filter(layer -> layer.leading().contains(cue.words()))
                .count();
        return new ModelTerm(
                cue.words(),
                cue.quantity(),
                mean(having, cue, Term::share),
                mean(having, cue, Term::ciLow),
                mean(having, cue, Term::ciHigh),
                having.size(),
                (int) terms.stream().filter(term -> term.untested() == null).count(),
                holds,
                leads,
                standing(terms, holds),
                mean(having, cue, Term::smallestEffect),
                terms.isEmpty() || terms.stream().anyMatch(term -> term.untested() == null)
                        ? null
                        : terms.getFirst().untested(),
                terms.stream().anyMatch(Term::upperBound),
                peak(having, cue, holds > 0, modelLayers));
    }

    private static Standing standing(List<Term> terms, int holds) {
        if (terms.stream().allMatch(term -> term.standing() == Standing.UNTESTED)) {
            return Standing.UNTESTED;
        }
        if (holds > 0) {
            return 2 * holds > terms.size() ? Standing.HOLDS : Standing.IN_PART;
        }
        return terms.stream().anyMatch(Term::detectable) ? Standing.NEGLIGIBLE : Standing.NOT_SHOWN;
    }

    /** Weighted by H(X), over the layers that have the value; null where none has. */
    private static Double mean(List<LayerVerdict> layers, Cue cue, Function<Term, Double> value) {
        double sum = 0;
        double weights = 0;
        for (LayerVerdict layer : layers) {
            Double x = value.apply(term(layer, cue));
            if (x != null) {
                sum += x * layer.entropyBits();
                weights += layer.entropyBits();
            }
        }
        return Term.orNull(sum / weights);
    }

    private static Peak peak(List<LayerVerdict> layers, Cue cue, boolean held, int modelLayers) {
        return layers.stream()
                .filter(layer -> !held || term(layer, cue).standing() == Standing.HOLDS)
                .filter(layer -> Objects.nonNull(term(layer, cue).share()))
                .max(Comparator.comparingDouble(layer -> term(layer, cue).share()))
                .map(layer -> new Peak(
                        layer.layer(),
                        third(layer.layer(), modelLayers),
                        term(layer, cue).share()))
                .orElse(null);
    }

    /** By relative depth: 0 is the first layer of the model, 1 the last. */
    static String third(int layer, int modelLayers) {
        double depth = (double) layer / Math.max(1, modelLayers - 1);
        return depth < 1.0 / 3 ? "first" : depth < 2.0 / 3 ? "middle" : "last";
    }

    private static Term term(LayerVerdict layer, Cue cue) {
        return layer.terms().stream()
                .filter(term -> term.quantity().equals(cue.quantity()))
                .findFirst()
                .orElse(null);
    }
}
