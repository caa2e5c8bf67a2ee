package moira.routing.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import moira.routing.result.PermutationTests;
import moira.routing.result.Run;
import moira.routing.result.Text;

/** The findings in plain words, by rule: a sentence claims a difference only where the null or the interval carries it. */
final class Summary {
    /** @param claims whether the text states something beyond chance */
    record Statement(String topic, boolean claims, String text) {}

    private final Run run;
    private final Findings findings;

    private Summary(Run run, Findings findings) {
        this.run = run;
        this.findings = findings;
    }

    static List<Statement> of(Run run, Findings findings) {
        Summary summary = new Summary(run, findings);
        List<Statement> statements = new ArrayList<>();
        statements.add(summary.domains());
        if (!findings.repetition().isEmpty()) {
            statements.add(summary.neighbours());
        }
        if (findings.binding().stream().anyMatch(b -> b.by().equals("input"))) {
            statements.add(summary.tokens());
        }
        return statements;
    }

    private Statement domains() {
        String topic = "Do domains use different experts?";
        List<Findings.Divergence> layers = findings.divergence();
        if (run.domains().size() < 2 || layers.isEmpty()) {
            return new Statement(
                    topic, false, "Not tested: it takes two domains, and documents to shuffle between them.");
        }
        double smallest = PermutationTests.smallestP(run.sourcesByDomain(), run.permutations());
        if (smallest > PermutationTests.LEVEL) {
            return new Statement(topic, false, powerless(smallest) + largestDivergence());
        }
        PermutationTests.Corrected corrected = findings.corrected(run);
        double[] adjusted = corrected.p();
        String correction = corrected.method().equals(PermutationTests.HOLM) ? "Holm" : "Benjamini-Hochberg";
        long significant =
                Arrays.stream(adjusted).filter(p -> p < PermutationTests.LEVEL).count();
        if (significant > 0) {
            String yes = Text.of(
                    "%s beyond chance (domain labels shuffled over %d documents; p < 0.05, %s-corrected). ",
                    ofLayers(significant, layers.size()), sources(), correction);
            return new Statement(topic, true, yes + largestDivergence());
        }
        String no = Text.of(
                "Not distinguishable from chance with %d documents, %s (smallest %s-corrected p = %.2g). ",
                sources(),
                anyLayer(layers.size()),
                correction,
                Arrays.stream(adjusted).min().orElse(1));
        return new Statement(topic, false, no + largestDivergence());
    }

    private String largestDivergence() {
        Findings.Divergence largest = largest(findings.divergence(), Findings.Divergence::bits);
        return Text.of(
                "The Jensen-Shannon divergence is largest in layer %d: %.2g bits, where shuffled labels give %.2g on average;"
                        + " a full separation would be %.2g bits.",
                largest.layer(), largest.bits(), largest.nullMean(), fullSeparation());
    }

    /** Where no result whatever could have been significant. */
    private String powerless(double smallest) {
        return Text.of(
                "Could not be tested: with %d documents and %d permutations no p can be below %.2g. ",
                sources(), run.permutations(), smallest);
    }

    private Statement neighbours() {
        Map<Integer, List<Findings.Repetition>> layers = findings.repetition().stream()
                .collect(Collectors.groupingBy(Findings.Repetition::layer, TreeMap::new, Collectors.toList()));
        boolean tested = findings.repetition().stream().anyMatch(d -> Double.isFinite(d.low()));
        long above = layers.values().stream()
                .filter(domains -> domains.stream().allMatch(d -> d.low() > d.byLoad()))
                .count();
        String verdict = above > 0
                ? Text.of(
                        "%s every domain repeats more than its load alone would give (95\u00a0%% intervals over documents). ",
                        ofLayers(above, layers.size()))
                : tested
                        ? "In no layer do all domains repeat more than their load alone would give. "
                        : "Could not be tested: one document of a domain gives no interval. ";
        return new Statement(
                "Do neighbouring tokens share an expert?",
                above > 0,
                verdict + repetitionRange(layers) + belowChance());
    }

    private String repetitionRange(Map<Integer, List<Findings.Repetition>> layers) {
        int most = extreme(layers, Comparator.naturalOrder());
        int least = extreme(layers, Comparator.reverseOrder());
        return Text.of(
                "Averaged over domains, from %s (layer %d) to %s (layer %d) of neighbouring tokens share their first expert;"
                        + " chance is %s, or %s with the uneven load of layer %d.",
                Text.percent(mean(layers.get(least), Findings.Repetition::first)),
                least,
                Text.percent(mean(layers.get(most), Findings.Repetition::first)),
                most,
                Text.percent(run.chanceFirst()),
                Text.percent(mean(layers.get(most), Findings.Repetition::byLoad)),
                most);
    }

    private String belowChance() {
        List<Findings.Repetition> cells = findings.repetition();
        long below = cells.stream().filter(d -> d.high() < run.chanceFirst()).count();
        return below == 0
                ? ""
                : Text.of(" In %d of %d cells of layer and domain it is below chance.", below, cells.size());
    }

    private Statement tokens() {
        List<Binding> input = binding("input");
        long above = input.stream().filter(b -> b.share() > b.chanceP95()).count();
        Binding most = largest(input, b -> b.share() - b.chance());
        String verdict = above > 0
                ? Text.of(
                        "%s beyond chance (95th percentile of occurrences routed independently). ",
                        ofLayers(above, input.size()))
                : "Not distinguishable from chance " + anyLayer(input.size()) + ". ";
        String size = Text.of(
                "In layer %d, %s of the occurrences of %,d frequent tokens go to the token's own favourite expert; by the"
                        + " layer's load alone it would be %s.",
                most.layer(), Text.percent(most.share()), most.tokens(), Text.percent(most.chance()));
        return new Statement("Does a token keep its expert?", above > 0, verdict + size + nextToken(most.layer()));
    }

    private String nextToken(int layer) {
        return binding("next").stream()
                .filter(b -> b.layer() == layer)
                .map(b -> Text.of(
                        " Grouped by the token that follows, it is %s (by load %s).",
                        Text.percent(b.share()), Text.percent(b.chance())))
                .collect(Collectors.joining());
    }

    private List<Binding> binding(String by) {
        return findings.binding().stream().filter(b -> b.by().equals(by)).toList();
    }

    /** The Jensen-Shannon divergence of domains that share no expert, in bits. */
    private double fullSeparation() {
        return Math.log(Math.min(run.domains().size(), run.experts())) / Math.log(2);
    }

    private int sources() {
        return Arrays.stream(run.sourcesByDomain()).sum();
    }

    private static int extreme(Map<Integer, List<Findings.Repetition>> layers, Comparator<Double> order) {
        return layers.keySet().stream()
                .max(Comparator.comparing(layer -> mean(layers.get(layer), Findings.Repetition::first), order))
                .orElseThrow();
    }

    private static double mean(List<Findings.Repetition> rows, ToDoubleFunction<Findings.Repetition> value) {
        return rows.stream().mapToDouble(value).average().orElseThrow();
    }

    private static <T> T largest(List<T> rows, ToDoubleFunction<T> value) {
        return rows.stream().max(Comparator.comparingDouble(value)).orElseThrow();
    }

    private static String anyLayer(int layers) {
        return layers == 1 ? "in the one layer" : Text.of("in any of %d layers", layers);
    }

    /** How far a claim reaches that holds in {@code n} layers, one at least. */
    private static String ofLayers(long n, int layers) {
        if (n == layers) {
            return layers == 1 ? "Yes: in the one layer" : Text.of("Yes: in all of %d layers", layers);
        }
        return Text.of("%s: in %d of %d layers", 2 * n > layers ? "Mostly" : "In part", n, layers);
    }
}
