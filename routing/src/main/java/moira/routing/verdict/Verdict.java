package moira.routing.verdict;

import java.util.List;
import java.util.Optional;
import moira.routing.result.Run;
import moira.routing.result.Tables;

/**
 * Which of topic, vocabulary and neighbour explains how much of the routing, by {@link Rule}.
 *
 * @param choices {@code first}: about the expert of the first choice; {@code either}: of any choice; null without a verdict
 * @param correction of the p-values over the layers: {@code holm}, or {@code benjamini_hochberg} where there are too few
 *     permutations for Holm to reject anything; null where nothing was tested
 * @param domains what was found of the corpus
 */
public record Verdict(
        String model,
        String choices,
        String correction,
        List<LayerVerdict> layers,
        ModelVerdict modelVerdict,
        List<Caveat> caveats,
        List<DomainTraits> domains,
        Rule rule) {
    /** Judges an analysis. */
    public static Verdict of(Tables tables, Run run) {
        Rule rule = Rule.DEFAULT;
        Optional<Information> information = Information.of(tables);
        List<DomainTraits> domains = DomainTraits.of(tables, run);
        if (information.isEmpty()) {
            ModelVerdict none =
                    ModelVerdict.none(run.missing("information").orElse("there is no table of information"));
            List<Caveat> caveats = Caveats.of(run, domains, none, null, rule);
            return new Verdict(run.model(), null, null, List.of(), none, caveats, domains, rule);
        }
        return of(information.get(), run, domains, rule);
    }

    /** The verdicts on the layers alone, from the table {@code information}; none where there is no such table. */
    public static List<LayerVerdict> layers(Tables tables) {
        return Information.of(tables)
                .map(information -> new Verdicts(information, new int[0], Rule.DEFAULT).layers())
                .orElse(List.of());
    }

    private static Verdict of(Information information, Run run, List<DomainTraits> domains, Rule rule) {
        Verdicts verdicts = new Verdicts(information, run.sourcesByDomain(), rule);
        List<LayerVerdict> layers = verdicts.layers();
        ModelVerdict model = ModelVerdict.of(layers, run.modelLayers(), information.choices(), rule);
        List<Caveat> caveats = Caveats.of(run, domains, model, verdicts.correction(), rule);
        return new Verdict(
                run.model(), information.choices(), verdicts.correction(), layers, model, caveats, domains, rule);
    }
}
