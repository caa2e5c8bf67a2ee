package moira.routing.comparison;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import moira.routing.result.Run;
import moira.routing.result.Text;
import moira.routing.verdict.ModelTerm;

/**
 * Models side by side.
 *
 * @param models in the order given
 * @param words the answer to "which of them has experts?"
 * @param warnings why some of it may not be compared between models
 */
record Comparison(List<Model> models, String words, List<String> warnings) {
    static Comparison of(List<Analysed> analyses, List<Run> runs, List<List<Point>> points) {
        List<Model> models = new ArrayList<>();
        for (int i = 0; i < analyses.size(); i++) {
            models.add(Model.of(analyses.get(i), runs.get(i), points.get(i)));
        }
        return new Comparison(models, words(models), warnings(models));
    }

    private static String words(List<Model> models) {
        return models.stream()
                        .map(model -> model.name() + ": " + model.hasExperts())
                        .collect(Collectors.joining("; "))
                + ".";
    }

    private static List<String> warnings(List<Model> models) {
        List<String> warnings = new ArrayList<>();
        if (differ(models, model -> new HashSet<>(model.domains()))) {
            warnings.add(
                    "The domains differ between these models: how far domains part, and what topic explains, can be"
                            + " compared within a model and not between models.");
        } else if (differ(models, Model::corpus)) {
            warnings.add(
                    "The domains have the same names but were read from different files: compare what concerns domains"
                            + " between models with care.");
        }
        if (models.stream()
                        .map(Model::phase)
                        .filter(phase -> !phase.isEmpty())
                        .distinct()
                        .count()
                > 1) {
            warnings.add("Some were recorded while reading text (prefill), some while generating it (decode).");
        }
        bounds(models).ifPresent(warnings::add);
        if (models.stream()
                        .map(Model::choices)
                        .filter(Objects::nonNull)
                        .distinct()
                        .count()
                > 1) {
            warnings.add(
                    "Some verdicts are about the first choice, some about any choice, as the sources have it: shares of"
                            + " the two are not alike.");
        }
        return warnings;
    }

    private static boolean differ(List<Model> models, Function<Model, Object> what) {
        return models.stream().map(what).distinct().count() > 1;
    }

    /** What a domain tells without documents, and how large such figures are where both can be had. */
    private static Optional<String> bounds(List<Model> models) {
        List<String> bounds = models.stream()
                .filter(model -> model.verdict().terms().stream().anyMatch(ModelTerm::upperBound))
                .map(Model::name)
                .toList();
        if (bounds.isEmpty()) {
            return Optional.empty();
        }
        String measured = models.stream()
                .filter(model -> model.share(Measure.TOPIC_BY_COUNTS) != null && model.share(Measure.TOPIC) != null)
                .map(model -> Text.of(
                        " %s: %s from its counts, %s once its documents are told apart.",
                        model.name(),
                        Text.percent(model.share(Measure.TOPIC_BY_COUNTS)),
                        Text.percent(model.share(Measure.TOPIC))))
                .collect(Collectors.joining());
        return Optional.of("What the domain tells is an upper bound in " + String.join(", ", bounds)
                + ", and ranks nothing: from counts nobody can tell a topic from words that a document repeats."
                + measured);
    }
}
