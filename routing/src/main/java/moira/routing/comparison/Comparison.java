package moira.routing.comparison;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import moira.routing.result.Run;

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
        if (differ(models, Model::phase)) {
            warnings.add("Some were recorded while reading text (prefill), some while generating it (decode).");
        }
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
}
