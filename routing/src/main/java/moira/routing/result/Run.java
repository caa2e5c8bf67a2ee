package moira.routing.result;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import moira.engine.MoiraException;
import moira.engine.Reason;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was run, as {@code analysis.json} tells it.
 *
 * @param experts experts in a layer (E)
 * @param expertsPerToken experts that a token is sent to (k)
 * @param layers the traced layers, in order
 * @param phase {@code prefill} or {@code decode}
 */
public record Run(
        JsonNode analysis,
        String model,
        int experts,
        int expertsPerToken,
        List<Integer> layers,
        List<String> domains,
        long permutations,
        boolean complete,
        String phase) {

    public static Run read(Path analysisFolder) {
        Path file = analysisFolder.resolve("analysis.json");
        JsonNode analysis = json(file);
        return new Run(
                analysis,
                analysis.path("model").asString("unnamed model"),
                count(file, analysis, "experts"),
                count(file, analysis, "experts_per_token"),
                layers(file, analysis),
                domains(analysis),
                analysis.path("permutations").asLong(0),
                analysis.path("complete").asBoolean(true),
                analysis.path("phase").asString(""));
    }

    /** What {@code verdict.json} says; empty where there is none. */
    public static Optional<JsonNode> verdict(Path analysisFolder) {
        Path file = analysisFolder.resolve("verdict.json");
        return Files.exists(file) ? Optional.of(json(file)) : Optional.empty();
    }

    private static List<Integer> layers(Path file, JsonNode analysis) {
        List<Integer> layers = analysis.path("layers")
                .valueStream()
                .map(JsonNode::asInt)
                .sorted()
                .toList();
        if (layers.isEmpty()) {
            throw MoiraException.expected(
                    file.toString(), "\"layers\" with one layer at least", analysis.get("layers"));
        }
        return layers;
    }

    private static List<String> domains(JsonNode analysis) {
        return analysis.path("domains")
                .valueStream()
                .map(domain -> domain.path("domain").asString(""))
                .toList();
    }

    private static int count(Path file, JsonNode analysis, String key) {
        int count = analysis.path(key).asInt(0);
        if (count < 1) {
            throw MoiraException.expected(file.toString(), "\"" + key + "\" of 1 or more", analysis.get(key));
        }
        return count;
    }

    private static JsonNode json(Path file) {
        try {
            return JsonMapper.shared().readTree(file);
        } catch (JacksonException e) {
            throw new MoiraException(file + ": expected JSON, found: " + Reason.of(e), e);
        }
    }

    /** Layers that the model has, traced or not. */
    public int modelLayers() {
        return Math.max(analysis.path("model_layers").asInt(0), layers.getLast() + 1);
    }

    /** Why the analysis lacks a table; empty where it says nothing of it. */
    public Optional<String> missing(String table) {
        return analysis.path("missing")
                .valueStream()
                .filter(entry -> entry.path("table").asString("").equals(table))
                .map(entry -> entry.path("reason").asString(""))
                .findFirst();
    }

    /** Chance that two tokens' first choices agree, and an expert's share of assignments: 1/E. */
    public double chanceFirst() {
        return 1.0 / experts;
    }

    /** Texts of each domain: the unit that is resampled and permuted. */
    public int[] sourcesByDomain() {
        return analysis.path("domains")
                .valueStream()
                .mapToInt(domain -> domain.path("sources").asInt(0))
                .toArray();
    }
}
