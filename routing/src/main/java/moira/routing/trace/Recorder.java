package moira.routing.trace;

import java.nio.file.Path;
import moira.engine.Model;
import moira.engine.MoiraException;
import moira.engine.Session;
import moira.engine.checkpoint.DecoderConfig;
import moira.routing.MoiraVersion;
import moira.routing.Progress;
import moira.routing.corpus.Corpus;

/** Runs a corpus through a model and records the routing. */
public final class Recorder {
    private Recorder() {}

    /**
     * Records a trace, or goes on with one that was cut off.
     *
     * @param out the trace's folder: new, or an incomplete trace of the same plan
     * @throws MoiraException if the corpus is unreadable, the folder is not fit, or cannot be written to
     */
    public static void record(Model model, Corpus corpus, TraceOptions options, Path out, Progress progress) {
        DecoderConfig config = model.config();
        int context = context(options, config);
        Plan plan = Plan.of(
                corpus,
                model.tokenizer(),
                context,
                options.maxTokens(),
                options.keepGoing() ? progress::skipped : Recorder::stop);
        TraceHeader header = header(model, plan, options);
        Session session = model.newSession();
        try (TraceWriter writer = TraceWriter.open(out, header, plan, model.tokenizer(), options.overwrite())) {
            record(
                    plan,
                    writer,
                    (tokens, observer) -> {
                        session.reset();
                        session.observe(observer);
                        session.feed(tokens);
                    },
                    progress);
        }
    }

    private static void stop(MoiraException problem) {
        throw problem;
    }

    private static int context(TraceOptions options, DecoderConfig config) {
        if (options.context() == 0) {
            return Math.min(config.context(), TraceOptions.DEFAULT_CONTEXT);
        }
        if (options.context() < 0 || options.context() > config.context()) {
            throw MoiraException.expected("context", "at most the model's " + config.context(), options.context());
        }
        return options.context();
    }

    private static TraceHeader header(Model model, Plan plan, TraceOptions options) {
        DecoderConfig config = model.config();
        return new TraceHeader(
                TraceHeader.FORMAT_VERSION,
                new TraceHeader.Model(model.name(), config.architecture(), model.fingerprint()),
                options.layers().of(config.layers()),
                config.layers(),
                config.experts(),
                config.expertsPerToken(),
                "renormalised",
                "prefill",
                model.arithmetic().toString(),
                plan.corpus(),
                options.partAssignments(),
                MoiraVersion.get(),
                false);
    }

    /** Runs what the writer's folder does not have yet. */
    static void record(Plan plan, TraceWriter writer, Forward forward, Progress progress) {
        progress.started(plan.tokens(), plan.tokens() - Plan.tokens(writer.remaining()));
        for (Window window : writer.remaining()) {
            writer.begin(window);
            forward.run(window.tokens(), writer);
            writer.end();
            progress.advanced(window.tokens().length);
        }
        writer.complete();
    }
}
