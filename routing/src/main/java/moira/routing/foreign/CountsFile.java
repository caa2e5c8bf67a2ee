package moira.routing.foreign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.Reason;
import moira.routing.trace.TraceHeader;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Counts of assignments as JSON: {@code {"model", "experts", "experts_per_token", "layers": [...], "choices": "either",
 * "domains": {NAME: [layers][experts]}}}, or with {@code "documents": [{"document", "domain", "counts": [layers][experts]}]}.
 *
 * @param model null where it is not named
 * @param choice 0 for {@code either}, all k together; 1 for {@code first}
 * @param domains by name {@code [layers][experts]}, in the order of {@code layers}; of documents, by theirs
 * @param domainOf the domain of each document; empty where a domain is one
 */
record CountsFile(
        Path path,
        String model,
        int experts,
        int k,
        List<Integer> layers,
        int choice,
        Map<String, List<List<Double>>> domains,
        Map<String, String> domainOf) {
    private static final long MOST_BYTES = 256 << 20;

    private static final List<String> CHOICES = List.of("either", "first", "second", "third");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    static CountsFile read(Path path) {
        JsonNode json = json(path);
        int experts = number(path, json, "experts", TraceHeader.MOST_EXPERTS);
        int k = number(path, json, "experts_per_token", Math.min(experts, TraceHeader.MOST_CHOICES));
        List<Integer> layers = layers(path, json.path("layers"));
        int choice = CHOICES.indexOf(json.path("choices").asString(""));
        if (choice < 0 || choice > k) {
            throw MoiraException.expected(
                    path + ", choices", "one of " + String.join(", ", CHOICES), Shown.of(json.path("choices")));
        }
        Map<String, List<List<Double>>> domains = new LinkedHashMap<>();
        json.path("domains")
                .properties()
                .forEach(domain -> domains.put(
                        domain.getKey(),
                        table(path + ", " + domain.getKey(), domain.getValue(), layers.size(), experts)));
        Map<String, String> domainOf = new LinkedHashMap<>();
        for (JsonNode document : json.path("documents")) {
            String name = document.path("document").asString("");
            String where = path + ", document " + name;
            if (name.isEmpty() || domainOf.put(name, document.path("domain").asString("all")) != null) {
                throw MoiraException.expected(
                        path + ", documents", "a \"document\" of its own for each", Shown.of(document));
            }
            domains.put(name, table(where, document.path("counts"), layers.size(), experts));
        }
        if (domains.isEmpty() || (!domainOf.isEmpty() && domainOf.size() != domains.size())) {
            throw MoiraException.expected(
                    path.toString(),
                    "\"domains\" or \"documents\" with one at least",
                    domains.isEmpty() ? "none" : "both");
        }
        return new CountsFile(path, json.path("model").asString(null), experts, k, layers, choice, domains, domainOf);
    }

    private static JsonNode json(Path path) {
        try {
            long bytes = Files.size(path);
            if (bytes > MOST_BYTES) {
                throw MoiraException.expected(path.toString(), "counts of at most " + MOST_BYTES + " bytes", bytes);
            }
            return JSON.readTree(path);
        } catch (JacksonException e) {
            throw MoiraException.expected(path.toString(), "the JSON of counts", "none: " + Reason.of(e));
        } catch (IOException e) {
            throw MoiraException.cannot(path, "be read", e);
        }
    }

    private static int number(Path path, JsonNode json, String name, int most) {
        JsonNode value = json.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1 || value.intValue() > most) {
            throw MoiraException.expected(path + ", " + name, "a number from 1 to " + most, Shown.of(value));
        }
        return value.intValue();
    }

    private static List<Integer> layers(Path path, JsonNode array) {
        List<Integer> layers = array.valueStream()
                .filter(layer -> layer.isIntegralNumber() && layer.canConvertToInt())
                .map(JsonNode::intValue)
                .filter(layer -> layer >= 0 && layer < TraceHeader.MOST_LAYERS)
                .distinct()
                .toList();
        if (layers.isEmpty() || layers.size() != array.size()) {
            throw MoiraException.expected(path + ", layers", "a list of different layers", Shown.of(array));
        }
        return layers;
    }

    private static List<List<Double>> table(String where, JsonNode rows, int layers, int experts) {
        if (!rows.isArray() || rows.size() != layers) {
            throw MoiraException.expected(where, "a row for each of " + layers + " layers", rows.size());
        }
        List<List<Double>> table = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            table.add(row(where + "[" + layer + "]", rows.get(layer), experts));
        }
        return table;
    }

    private static List<Double> row(String where, JsonNode row, int experts) {
        if (!row.isArray() || row.size() != experts) {
            throw MoiraException.expected(where, "a count for each of " + experts + " experts", row.size());
        }
        List<Double> counts = new ArrayList<>();
        for (JsonNode count : row) {
            if (!count.isNumber() || !(count.doubleValue() >= 0) || Double.isInfinite(count.doubleValue())) {
                throw MoiraException.expected(where, "counts of 0 or more", Shown.of(count));
            }
            counts.add(count.doubleValue());
        }
        return counts;
    }

    /** The assignments of a domain in a layer, by the layer's number. */
    double sum(String domain, int layer) {
        return counts(domain, layer).stream().mapToDouble(Double::doubleValue).sum();
    }

    List<Double> counts(String domain, int layer) {
        return domains.get(domain).get(layers.indexOf(layer));
    }

    /** How many tokens were counted of a domain in a layer. */
    double tokens(String domain, int layer) {
        return sum(domain, layer) / (choice == 0 ? k : 1);
    }
}
