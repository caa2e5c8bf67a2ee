package moira.routing.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import moira.engine.MoiraException;
import moira.routing.Folders;
import moira.routing.JsonFile;
import moira.routing.MoiraVersion;
import moira.routing.Progress;
import moira.routing.analysis.AnalysisOptions;
import moira.routing.analysis.ProbeTables;
import moira.routing.result.Tables;
import moira.routing.trace.Trace;
import moira.routing.trace.TraceHeader;

/** Follows the routing of held-out texts over a training. */
public final class TrainingAnalysis {
    /** Probes whose expert shares are kept: for small multiples, and so that the tables stay small. */
    private static final int SHARED = 6;

    private final TrainingRun run;
    private final AnalysisOptions options;
    private final Consumer<String> warn;
    private final List<Probe> probes = new ArrayList<>();
    private final List<Trace> traces = new ArrayList<>();
    private final List<TrainingHeader.Skipped> skipped = new ArrayList<>();
    private final List<Point> points = new ArrayList<>();

    private TrainingAnalysis(TrainingRun run, AnalysisOptions options, Consumer<String> warn) {
        this.run = run;
        this.options = options;
        this.warn = warn;
    }

    /** Whether a folder is one that {@code moira train} has written. */
    public static boolean isTraining(Path folder) {
        return TrainingRun.isAt(folder);
    }

    /**
     * Writes the tables {@code training}, {@code training_share} and {@code training_loss} and, at last, {@code training.json}. A
     * training that goes on, or was interrupted, is followed as far as its probes go; a probe whose trace is not whole is left out.
     *
     * @param folder of the training
     * @param out is made where it is not there
     * @param warn told of what is left out
     * @throws MoiraException if a line is broken, no probe can be used, or the folder cannot be written to
     */
    public static TrainingHistory run(
            Path folder, Path out, AnalysisOptions options, Progress progress, Consumer<String> warn) {
        new TrainingAnalysis(TrainingRun.open(folder, warn), options, warn).run(out, progress);
        return TrainingHistory.read(out);
    }

    private void run(Path out, Progress progress) {
        run.probes().forEach(this::open);
        if (probes.isEmpty()) {
            throw MoiraException.expected(run.folder().toString(), "one probe with a whole trace at least", "none");
        }
        List<LossBin> losses = run.losses(warn);
        Path work = Folders.create(out.resolve("probe.moira-tmp"));
        try (TrainingTables tables = new TrainingTables()) {
            follow(tables, work, progress);
            tables.addLosses(losses);
            tables.write(Folders.create(out.resolve("tables")));
        } finally {
            Folders.delete(work);
        }
        JsonFile.write(out.resolve(TrainingHistory.HEADER), header(losses));
    }

    private void open(Probe probe) {
        try {
            Trace trace = Trace.open(run.trace(probe));
            if (!trace.header().complete()) {
                throw MoiraException.expected(trace.folder().toString(), "a complete trace", "one that was cut off");
            }
            probes.add(probe);
            traces.add(trace);
        } catch (MoiraException e) {
            warn.accept("skipped, the probe after step " + probe.step() + ": " + e.getMessage());
            // Tables travel; the place they were made in does not.
            skipped.add(new TrainingHeader.Skipped(
                    probe.step(), e.getMessage().replace(run.folder() + java.io.File.separator, "")));
        }
    }

    private void follow(TrainingTables tables, Path work, Progress progress) {
        Set<Integer> shared = IntStream.range(0, SHARED)
                .mapToObj(i -> Math.round(i * (probes.size() - 1f) / (SHARED - 1)))
                .collect(Collectors.toSet());
        progress.started(traces.stream().mapToLong(TrainingAnalysis::tokens).sum(), 0);
        for (int i = 0; i < probes.size(); i++) {
            ProbeTables.write(traces.get(i), traces.getLast(), work, options);
            try (Tables probe = Tables.open(traces.get(i).folder(), work)) {
                points.addAll(ProbePoints.of(probes.get(i), probe));
                if (shared.contains(i)) {
                    tables.addShares(
                            probes.get(i).step(), probe.query("SELECT * FROM expert_share WHERE choices = 'either'"));
                }
            }
            progress.advanced(tokens(traces.get(i)));
        }
        tables.addPoints(points);
    }

    private static long tokens(Trace trace) {
        return trace.header().corpus().domains().stream()
                .mapToLong(TraceHeader.Domain::tokens)
                .sum();
    }

    private TrainingHeader header(List<LossBin> losses) {
        TraceHeader last = traces.getLast().header();
        Courses courses = new Courses(probes, last.layers(), points);
        Story story = new Story(courses);
        Probe end = probes.getLast();
        boolean later = !losses.isEmpty() && losses.getLast().step() > end.step();
        return new TrainingHeader(
                last.model().name(),
                last.experts(),
                last.expertsPerToken(),
                last.layers(),
                last.corpus().domains(),
                probes.stream()
                        .map(probe -> new TrainingHeader.Step(probe.step(), probe.tokens()))
                        .toList(),
                List.copyOf(skipped),
                later ? losses.getLast().step() : end.step(),
                later ? losses.getLast().tokens() : end.tokens(),
                options.bootstrap(),
                options.permutations(),
                options.seed(),
                MoiraVersion.get(),
                story.headline(),
                story.details(),
                Notes.of(probes, losses, skipped, last),
                Milestones.of(courses));
    }
}
