package moira.routing.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import moira.routing.trace.PlantedTrace;

/**
 * The folder of a training that never was: at the end a token t of domain d goes to experts t+d and t+d+1 of eight. Before, after
 * steps 0 and 2, the domain does not matter, and after step 4 every tenth token goes elsewhere.
 */
public final class PlantedTraining {
    public static final PlantedTrace TRACE = new PlantedTrace(8, 2, List.of(0, 2), 3, 12, 1, 40, 30, 7);
    public static final int STEPS = 9;

    private static final Map<Integer, PlantedTrace.Routing> PROBES = new TreeMap<>(Map.of(
            0, (random, layer, domain, token, previous) -> pair(token + 4),
            2, (random, layer, domain, token, previous) -> pair(token + 1),
            4, (random, layer, domain, token, previous) -> pair(token % 10 == 0 ? token + 5 : token + domain),
            8, (random, layer, domain, token, previous) -> pair(token + domain)));

    private PlantedTraining() {}

    private static int[] pair(int number) {
        return new int[] {number % 8, (number + 1) % 8};
    }

    /** The experts of a token. */
    static int[] experts(int step, int domain, int token) {
        return PROBES.get(step).experts(new SplittableRandom(0), 0, domain, token, 0);
    }

    /** Writes probes after steps 0, 2, 4 and 8, and nine steps. */
    public static Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        StringBuilder probes = new StringBuilder();
        PROBES.forEach((step, routing) -> {
            TRACE.write(folder.resolve(trace(step)), routing);
            probes.append(probe(step));
        });
        Files.writeString(folder.resolve("probes.jsonl"), probes);
        StringBuilder steps = new StringBuilder();
        for (int step = 1; step <= STEPS; step++) {
            steps.append(step(step, 9.0 - step));
        }
        Files.writeString(folder.resolve("history.jsonl"), steps);
        return folder;
    }

    static String trace(int step) {
        return String.format(Locale.ROOT, "routing/step-%08d", step);
    }

    static String probe(int step) {
        return String.format(
                Locale.ROOT,
                "{\"step\":%d,\"tokens\":%d,\"trace\":\"%s\",\"loss\":{\"a\":%f,\"b\":%f}}%n",
                step,
                100 * step,
                trace(step),
                8.0 - step / 2.0,
                7.0 - step / 2.0);
    }

    static String step(int step, double loss) {
        return String.format(
                Locale.ROOT,
                "{\"step\":%d,\"tokens\":%d,\"loss\":%f,\"balance\":1.5,\"gradient_norm\":2,\"learning_rate\":0.001,"
                        + "\"seconds\":1,\"load\":[[3,1],[2,2]]}%n",
                step,
                100 * step,
                loss);
    }
}
