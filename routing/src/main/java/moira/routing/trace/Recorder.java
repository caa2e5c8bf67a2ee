package moira.routing.trace;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import moira.engine.Model;
import moira.engine.MoiraException;
import moira.engine.RoutingObserver;
import moira.engine.Session;
import moira.engine.architecture.Architecture;
import moira.routing.MoiraVersion;
import moira.routing.Progress;
import moira.routing.corpus.Corpus;

/** Runs a corpus through a model and records the routing. */
public final class Recorder {
    /** Windows that are run together, if they are short: each has keys and values of its own. */
    private static final int MOST_TOGETHER = 8;

    private Recorder() {}

    /**
     * Records a trace, or goes on with one that was cut off.
     *
     * @param out the trace's folder: new, or an incomplete trace of the same plan
     * @throws MoiraException if the corpus is unreadable, the folder is not fit, or cannot be written to
     */
    public static void record(Model model, Corpus corpus, TraceOptions options, Path out, Progress progress) {
        Architecture architecture = model.architecture();
        int context = context(options, architecture);
        Plan plan = Plan.of(
                corpus,
                model.tokenizer(),
                context,
                options.maxTokens(),
                options.keepGoing() ? progress::skipped : Recorder::stop);
        TraceHeader header = header(model, plan, options);
        List<Session> sessions = new ArrayList<>();
        try (TraceWriter writer = TraceWriter.open(out, header, plan, model.tokenizer(), options.overwrite())) {
            Forward forward = (windows, observers) -> run(model, context, sessions, windows, observers);
            record(plan, writer, model.batch(), forward, progress);
        }
    }

    /** Each window in a session of its own, whose memory serves all groups. */
    private static void run(
            Model model, int context, List<Session> sessions, List<Window> windows, List<RoutingObserver> observers) {
        while (sessions.size() < windows.size()) {
            sessions.add(model.newSession(context));
        }
        for (int i = 0; i < windows.size(); i++) {
            sessions.get(i).reset();
            sessions.get(i).observe(observers.get(i));
        }
        Session.feedTogether(
                sessions.subList(0, windows.size()),
                windows.stream().map(Window::tokens).toList());
    }

    private static void stop(MoiraException problem) {
        throw problem;
    }

    private static int context(TraceOptions options, Architecture architecture) {
        if (options.context() == 0) {
            return Math.min(architecture.context(), TraceOptions.DEFAULT_CONTEXT);
        }
        if (options.context() < 0 || options.context() > architecture.context()) {
            throw MoiraException.expected(
                    "context", "at most the model's " + architecture.context(), options.context());
        }
        return options.context();
    }

    private static TraceHeader header(Model model, Plan plan, TraceOptions options) {
        Architecture architecture = model.architecture();
        return new TraceHeader(
                TraceHeader.FORMAT_VERSION,
                new TraceHeader.Model(model.name(), architecture.family(), model.fingerprint()),
                options.layers().of(architecture.routedLayers()),
                architecture.depth(),
                architecture.experts(),
                architecture.expertsPerToken(),
                architecture.mixture().orElseThrow().router().weights(),
                "prefill",
                model.arithmetic().toString(),
                plan.corpus(),
                options.partAssignments(),
                MoiraVersion.get(),
                false,
                Mixture.of(model),
                null);
    }

    /** Runs what the writer's folder does not have yet, so many tokens together. */
    static void record(Plan plan, TraceWriter writer, int tokens, Forward forward, Progress progress) {
        progress.started(plan.tokens(), plan.tokens() - Plan.tokens(writer.remaining()));
        for (List<Window> windows : writer.remaining(MOST_TOGETHER, tokens)) {
            forward.run(windows, windows.stream().map(writer::begin).toList());
            writer.end();
            progress.advanced(Plan.tokens(windows));
        }
        writer.complete();
    }
}
