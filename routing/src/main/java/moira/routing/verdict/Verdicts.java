package moira.routing.verdict;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import moira.routing.result.PermutationTests;

/** Judges the layers of a table {@code information}, with p-values corrected over them. */
final class Verdicts {
    private static final List<String> BESIDE = List.of("domain", "token|domain", "previous_token", "position", "class");

    private final Information information;
    private final int[] sources;
    private final Rule rule;
    private final String correction;

    /** @param sources of each domain; none where they are not known, and then taken to be enough */
    Verdicts(Information information, int[] sources, Rule rule) {
        this.information = information;
        this.sources = sources;
        this.rule = rule;
        this.correction = chooseCorrection();
    }

    /** Of all quantities; null where nothing could be tested. */
    String correction() {
        return correction;
    }

    List<LayerVerdict> layers() {
        List<Cue> cues = Stream.of(Cue.values())
                .filter(cue -> information.has(cue.quantity()))
                .filter(cue -> cue != Cue.DOMAIN || !information.has(Cue.VOCABULARY.quantity()))
                .toList();
        List<String> weighed = cues.stream().map(Cue::quantity).toList();
        Map<String, Map<Integer, Double>> p = new HashMap<>();
        Stream.concat(weighed.stream(), BESIDE.stream()).forEach(quantity -> p.put(quantity, corrected(quantity)));
        List<LayerVerdict> layers = new ArrayList<>();
        for (int layer : information.layers().keySet()) {
            double entropy = information.entropy(layer);
            List<Term> terms = new ArrayList<>();
            List<Term> beside = new ArrayList<>();
            if (entropy > 0) {
                cues.forEach(cue -> add(terms, layer, cue.words(), cue.quantity(), p));
                BESIDE.stream()
                        .filter(quantity -> !weighed.contains(quantity))
                        .forEach(quantity -> add(beside, layer, quantity.replace('_', ' '), quantity, p));
            }
            layers.add(LayerVerdict.of(layer, entropy, terms, beside, rule));
        }
        return layers;
    }

    private void add(List<Term> terms, int layer, String name, String quantity, Map<String, Map<Integer, Double>> p) {
        information.get(layer, quantity).ifPresent(row -> {
            double corrected = p.get(quantity).getOrDefault(layer, Double.NaN);
            double smallest = smallestP(quantity, row);
            terms.add(Term.of(name, quantity, row, corrected, smallest, information.entropy(layer), rule));
        });
    }

    /** What no p-value can be below: as many ways there are to shuffle, drawn or distinct. */
    private double smallestP(String quantity, Information.Quantity row) {
        return Cue.isAboutDomains(quantity) && sources.length > 0
                ? PermutationTests.smallestP(sources, row.permutations())
                : 1.0 / (1 + row.permutations());
    }

    /** One correction for all quantities, by the one that can show least, of those that can show anything. */
    private String chooseCorrection() {
        OptionalDouble smallest = information.layers().values().stream()
                .flatMap(rows -> rows.entrySet().stream())
                .filter(row -> !Double.isNaN(row.getValue().p()))
                .mapToDouble(row -> smallestP(row.getKey(), row.getValue()))
                .filter(p -> p <= rule.level())
                .max();
        return smallest.isEmpty()
                ? null
                : PermutationTests.corrected(new double[information.layers().size()], smallest.getAsDouble())
                        .method();
    }

    /** The corrected p-values of one quantity by layer, of the layers that have one. */
    private Map<Integer, Double> corrected(String quantity) {
        Map<Integer, Double> byLayer = new HashMap<>();
        information
                .layers()
                .keySet()
                .forEach(layer -> information
                        .get(layer, quantity)
                        .filter(row -> !Double.isNaN(row.p()))
                        .ifPresent(row -> byLayer.put(layer, Math.max(row.p(), smallestP(quantity, row)))));
        List<Integer> layers = List.copyOf(byLayer.keySet());
        double[] p = layers.stream().mapToDouble(byLayer::get).toArray();
        double[] adjusted = PermutationTests.HOLM.equals(correction)
                ? PermutationTests.holm(p)
                : PermutationTests.benjaminiHochberg(p);
        for (int i = 0; i < adjusted.length; i++) {
            byLayer.put(layers.get(i), adjusted[i]);
        }
        return byLayer;
    }
}
