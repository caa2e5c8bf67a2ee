package moira.routing.training;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.Reason;
import tools.jackson.databind.JsonNode;

/**
 * A line of {@code probes.jsonl}: the held-out texts were routed by the model of a moment.
 *
 * @param step after which; 0 is before the first
 * @param tokens that training had seen
 * @param trace the folder of their routing, below that of the training
 * @param loss nats a token, by domain
 */
record Probe(long step, long tokens, Path trace, Map<String, Double> loss) {
    static Probe of(JsonNode line, String at) {
        JsonNode trace = line.path("trace");
        if (!trace.isString()) {
            throw MoiraException.expected(at, "\"trace\", a folder", RecordedLines.shown(trace));
        }
        if (!line.path("loss").isObject()) {
            throw MoiraException.expected(
                    at, "\"loss\", a number for each domain", RecordedLines.shown(line.path("loss")));
        }
        Map<String, Double> loss = new LinkedHashMap<>();
        line.path("loss").properties().forEach(domain -> {
            double nats = RecordedLines.number(domain.getValue(), domain.getKey(), at);
            loss.put(domain.getKey(), nats);
        });
        return new Probe(
                RecordedLines.count(line, "step", at),
                RecordedLines.count(line, "tokens", at),
                path(trace.asString(), at),
                loss);
    }

    private static Path path(String text, String at) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new MoiraException(at + ": expected \"trace\", a folder, found " + Reason.of(e), e);
        }
    }

    double meanLoss() {
        return loss.values().stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }
}
