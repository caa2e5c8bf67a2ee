package moira.routing.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import moira.routing.result.Run;
import moira.routing.verdict.Caveat;
import moira.routing.verdict.LayerVerdict;
import moira.routing.verdict.ModelVerdict;
import tools.jackson.databind.JsonNode;

/**
 * One row of the comparison.
 *
 * @param name as the comparison calls it
 * @param model as the trace calls it
 * @param layers traced, of {@code modelLayers}
 * @param choices what the verdict is about: {@code first} or {@code either}; null without a verdict
 * @param hasExperts for what, in words
 * @param means by measure, over the layers
 * @param missing the measures that cannot be had
 */
record Model(
        String name,
        String model,
        int experts,
        int expertsPerToken,
        int layers,
        int modelLayers,
        List<String> domains,
        long tokens,
        String phase,
        List<String> corpus,
        String choices,
        String hasExperts,
        ModelVerdict verdict,
        List<Caveat> caveats,
        Map<String, Mean> means,
        List<Missing> missing) {
    /**
     * Over the layers; null where not known.
     *
     * @param excess over chance
     * @param ratio to chance
     */
    record Mean(Double value, Double excess, Double ratio) {}

    /** The mean of a measure over the layers; null where it cannot be had. */
    Double share(Measure measure) {
        Mean mean = means.get(measure.id());
        return mean == null ? null : mean.value();
    }

    /** A measure that cannot be had, and why. */
    record Missing(String measure, String reason) {}

    static Model of(Analysed analysed, Run run, List<Point> points) {
        Map<String, Mean> means = new LinkedHashMap<>();
        List<Missing> missing = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            List<Point> ours = points.stream()
                    .filter(point -> point.measure().equals(measure.id()))
                    .toList();
            if (ours.isEmpty() && measure == Measure.TOPIC_BY_COUNTS) {
                continue; // Stands beside a figure that was tested, where there is one.
            }
            if (ours.isEmpty()) {
                missing.add(new Missing(measure.id(), reason(measure, run)));
            } else {
                Map<Integer, Double> weights = measure.isShareOfEntropy() ? entropies(analysed) : Map.of();
                means.put(
                        measure.id(),
                        new Mean(
                                mean(ours, Point::value, weights),
                                mean(ours, Point::excess, weights),
                                mean(ours, Point::ratio, weights)));
            }
        }
        return new Model(
                analysed.name(),
                run.model(),
                run.experts(),
                run.expertsPerToken(),
                run.layers().size(),
                run.modelLayers(),
                run.domains(),
                run.analysis()
                        .path("domains")
                        .valueStream()
                        .mapToLong(domain -> domain.path("tokens").asLong(0))
                        .sum(),
                run.phase(),
                run.analysis()
                        .path("corpus")
                        .valueStream()
                        .map(JsonNode::asString)
                        .toList(),
                analysed.verdict().choices(),
                Experts.of(analysed.verdict().modelVerdict(), analysed.verdict().rule()),
                analysed.verdict().modelVerdict(),
                analysed.verdict().caveats(),
                means,
                missing);
    }

    private static String reason(Measure measure, Run run) {
        return run.missing(measure.id())
                .or(() -> run.missing(measure.table()))
                .orElse(
                        run.domains().size() < 2 && measure.needsDomains()
                                ? "there are fewer than two domains"
                                : "this analysis does not have it");
    }

    /** Shares of H(X) are averaged as the verdict does it. */
    private static Map<Integer, Double> entropies(Analysed analysed) {
        return analysed.verdict().layers().stream()
                .collect(Collectors.toMap(LayerVerdict::layer, LayerVerdict::entropyBits));
    }

    /** @param weights of the layers; 1 where there is none */
    private static Double mean(List<Point> points, ToDoubleFunction<Point> value, Map<Integer, Double> weights) {
        double sum = 0;
        double weight = 0;
        for (Point point : points) {
            double x = value.applyAsDouble(point);
            if (Double.isFinite(x)) {
                double w = weights.getOrDefault(point.layer(), 1.0);
                sum += w * x;
                weight += w;
            }
        }
        return weight > 0 ? (Double) (sum / weight) : null;
    }
}
