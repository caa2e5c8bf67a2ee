package moira.routing.training;

import java.util.ArrayList;
import java.util.List;
import moira.engine.MoiraException;
import tools.jackson.databind.JsonNode;

/** Averages the lines of {@code history.jsonl}, the first steps one by one and later ones in bins of 2 % more steps than the last. */
final class LossBins {
    private static final double RATIO = 1.02;

    private final List<LossBin> done = new ArrayList<>();
    private double[] sums = new double[5];
    private double low = Double.POSITIVE_INFINITY;
    private double high = Double.NEGATIVE_INFINITY;
    private long step = -1;
    private long tokens;
    private int steps;
    private double end = 1;

    void add(JsonNode line, String at) {
        long next = RecordedLines.count(line, "step", at);
        if (next <= step) {
            throw MoiraException.expected(at, "a step after " + step, next);
        }
        if (steps > 0 && next > end) {
            close();
        }
        step = next;
        tokens = RecordedLines.count(line, "tokens", at);
        double loss = number(line, "loss", at);
        low = Math.min(low, loss);
        high = Math.max(high, loss);
        double[] values = {
            loss,
            number(line, "balance", at),
            number(line, "gradient_norm", at),
            number(line, "learning_rate", at),
            maxOverMean(line.path("load"))
        };
        for (int i = 0; i < values.length; i++) {
            sums[i] += values[i];
        }
        steps++;
    }

    private static double number(JsonNode line, String name, String at) {
        return RecordedLines.number(line.path(name), name, at);
    }

    private static double maxOverMean(JsonNode layers) {
        return layers.valueStream()
                .mapToDouble(layer -> {
                    double sum =
                            layer.valueStream().mapToDouble(n -> n.asDouble(0)).sum();
                    double most = layer.valueStream()
                            .mapToDouble(n -> n.asDouble(0))
                            .max()
                            .orElse(Double.NaN);
                    return most * layer.size() / sum;
                })
                .average()
                .orElse(Double.NaN);
    }

    private void close() {
        done.add(new LossBin(
                step,
                tokens,
                steps,
                sums[0] / steps,
                low,
                high,
                sums[1] / steps,
                sums[2] / steps,
                sums[3] / steps,
                sums[4] / steps));
        end = Math.max(step + 1, Math.floor(step * RATIO));
        sums = new double[5];
        low = Double.POSITIVE_INFINITY;
        high = Double.NEGATIVE_INFINITY;
        steps = 0;
    }

    /** The bins in order, the last one as full as it is. */
    List<LossBin> all() {
        if (steps > 0) {
            close();
        }
        return List.copyOf(done);
    }
}
