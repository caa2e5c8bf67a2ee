package moira.routing.verdict;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import moira.routing.result.PermutationTests;
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
    private static final List<String> BESIDE = List.of("domain", "token|domain", "previous_token", "position", "class");

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
                .map(information -> layers(information, correction(information), Rule.DEFAULT))
                .orElse(List.of());
    }

    private static Verdict of(Information information, Run run, List<DomainTraits> domains, Rule rule) {
        String correction = correction(information);
        List<LayerVerdict> layers = layers(information, correction, rule);
        ModelVerdict model = ModelVerdict.of(layers, run.modelLayers(), information.choices(), rule);
        List<Caveat> caveats = Caveats.of(run, domains, model, correction, rule);
        return new Verdict(run.model(), information.choices(), correction, layers, model, caveats, domains, rule);
    }

    private static List<LayerVerdict> layers(Information information, String correction, Rule rule) {
        List<Cue> cues = Stream.of(Cue.values())
                .filter(cue -> information.has(cue.quantity()))
                .filter(cue -> cue != Cue.DOMAIN || !information.has(Cue.VOCABULARY.quantity()))
                .toList();
        List<String> weighed = cues.stream().map(Cue::quantity).toList();
        Map<String, Map<Integer, Double>> p = new HashMap<>();
        Stream.concat(weighed.stream(), BESIDE.stream())
                .forEach(quantity -> p.put(quantity, corrected(information, quantity, correction)));
        List<LayerVerdict> layers = new ArrayList<>();
        for (int layer : information.layers().keySet()) {
            double entropy = information.entropy(layer);
            List<Term> terms = new ArrayList<>();
            List<Term> beside = new ArrayList<>();
            if (entropy > 0) {
                cues.forEach(cue -> add(terms, information, layer, cue.words(), cue.quantity(), p, rule));
                BESIDE.stream()
                        .filter(quantity -> !weighed.contains(quantity))
                        .forEach(quantity ->
                                add(beside, information, layer, quantity.replace('_', ' '), quantity, p, rule));
            }
            layers.add(LayerVerdict.of(layer, entropy, terms, beside, rule));
        }
        return layers;
    }

    private static void add(
            List<Term> terms,
            Information information,
            int layer,
            String name,
            String quantity,
            Map<String, Map<Integer, Double>> p,
            Rule rule) {
        information.get(layer, quantity).ifPresent(row -> {
            double corrected = p.get(quantity).getOrDefault(layer, Double.NaN);
            terms.add(Term.of(name, quantity, row, corrected, information.entropy(layer), rule));
        });
    }

    /** One correction for all quantities, by the one that has the fewest permutations. */
    private static String correction(Information information) {
        OptionalLong fewest = information.layers().values().stream()
                .flatMap(rows -> rows.values().stream())
                .filter(row -> !Double.isNaN(row.p()))
                .mapToLong(Information.Quantity::permutations)
                .min();
        if (fewest.isEmpty()) {
            return null;
        }
        return PermutationTests.holmCanReject(information.layers().size(), fewest.getAsLong())
                ? "holm"
                : "benjamini_hochberg";
    }

    /** The corrected p-values of one quantity by layer, of the layers that have one. */
    private static Map<Integer, Double> corrected(Information information, String quantity, String correction) {
        List<Integer> layers = information.layers().keySet().stream()
                .filter(layer -> information.get(layer, quantity).stream().anyMatch(row -> !Double.isNaN(row.p())))
                .toList();
        double[] p = layers.stream()
                .mapToDouble(
                        layer -> information.get(layer, quantity).orElseThrow().p())
                .toArray();
        double[] adjusted =
                "holm".equals(correction) ? PermutationTests.holm(p) : PermutationTests.benjaminiHochberg(p);
        Map<Integer, Double> byLayer = new HashMap<>();
        for (int i = 0; i < adjusted.length; i++) {
            byLayer.put(layers.get(i), adjusted[i]);
        }
        return byLayer;
    }
}
