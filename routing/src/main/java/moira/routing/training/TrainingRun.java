package moira.routing.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import moira.engine.MoiraException;

/**
 * What {@code moira train} left in its folder.
 *
 * @param probes in the order of their steps
 */
record TrainingRun(Path folder, List<Probe> probes) {
    private static final String PROBES = "probes.jsonl";
    private static final String STEPS = "history.jsonl";

    /** Whether the folder is one of a training, by its files. */
    static boolean isAt(Path folder) {
        return Files.exists(folder.resolve(PROBES)) || Files.exists(folder.resolve(STEPS));
    }

    /**
     * Reads the probes' lines; their traces are not opened.
     *
     * @param warn told of a last line that was cut off
     * @throws MoiraException if a line is broken, or there is no probe
     */
    static TrainingRun open(Path folder, Consumer<String> warn) {
        Path file = folder.resolve(PROBES);
        if (!Files.exists(file)) {
            throw MoiraException.expected(file.toString(), "the probes of a training (--probe-every)", "no such file");
        }
        List<Probe> probes = RecordedLines.read(file, Probe::of, warn);
        for (int i = 1; i < probes.size(); i++) {
            if (probes.get(i).step() <= probes.get(i - 1).step()) {
                throw MoiraException.expected(
                        file + ", probe " + (i + 1),
                        "a step after " + probes.get(i - 1).step(),
                        probes.get(i).step());
            }
        }
        if (probes.isEmpty()) {
            throw MoiraException.expected(file.toString(), "one probe at least", "none");
        }
        return new TrainingRun(folder, probes);
    }

    /** The losses of the steps, averaged; none where the file is not there. */
    List<LossBin> losses(Consumer<String> warn) {
        Path file = folder.resolve(STEPS);
        if (!Files.exists(file)) {
            warn.accept(file + ": expected a line a step, found no such file; the training loss is left out");
            return List.of();
        }
        LossBins bins = new LossBins();
        RecordedLines.each(file, bins::add, warn);
        return bins.all();
    }

    Path trace(Probe probe) {
        return folder.resolve(probe.trace());
    }
}
