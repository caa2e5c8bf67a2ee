package moira.train.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.engine.Model;
import moira.engine.ModelOptions;
import moira.engine.MoiraException;
import moira.engine.Session;
import moira.engine.io.Replacement;
import moira.routing.Progress;
import moira.routing.corpus.Corpus;
import moira.routing.corpus.Document;
import moira.routing.trace.Plan;
import moira.routing.trace.Recorder;
import moira.routing.trace.TraceOptions;
import moira.routing.trace.Window;

/** The texts that are held out, routed by the engine on the weights of a moment: a trace with its step, and the losses beside it. */
final class Probe {
    private final TrainingFolder folder;
    private final int context;
    private final long tokens;
    private final int threads;

    /**
     * @param context the longest window: the length that the model learns from
     * @param tokens of each domain
     */
    Probe(TrainingFolder folder, int context, long tokens, int threads) {
        this.folder = folder;
        this.context = context;
        this.tokens = tokens;
        this.threads = threads;
    }

    /** Writes the texts where {@link #run} and everybody else find them. */
    static void write(TrainingFolder folder, List<Document> documents) {
        StringBuilder lines = new StringBuilder();
        for (Document document : documents) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("text", document.text());
            line.put("meta", Map.of("domain", document.domain(), "source", document.source()));
            lines.append(JsonLine.of(line));
        }
        Replacement.write(folder.probeTexts(), lines.toString());
    }

    /** Routes the texts with the model that lies in the folder. */
    Map<String, Double> run(long step, long tokensSeen) {
        Corpus corpus = Corpus.open(List.of(folder.probeTexts()));
        TraceOptions defaults = TraceOptions.defaults();
        TraceOptions options =
                new TraceOptions(context, tokens, defaults.layers(), false, true, defaults.partAssignments());
        Path trace = folder.path().resolve(TrainingFolder.trace(step));
        try (Model model = Model.load(folder.path(), ModelOptions.defaults().withThreads(threads))) {
            Recorder.record(model, corpus, options, trace, Progress.NONE);
            Map<String, Double> losses = losses(model, corpus);
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("step", step);
            line.put("tokens", tokensSeen);
            line.put("trace", TrainingFolder.trace(step));
            line.put("loss", losses);
            JsonLine.append(folder.probes(), line);
            return losses;
        }
    }

    private Map<String, Double> losses(Model model, Corpus corpus) {
        Map<String, List<Float>> byDomain = new LinkedHashMap<>();
        Session session = model.newSession();
        for (Window window :
                Plan.of(corpus, model.tokenizer(), context, tokens, Probe::stop).windows()) {
            session.reset();
            List<Float> domain = byDomain.computeIfAbsent(window.domain(), key -> new ArrayList<>());
            for (float logProbability : session.logProbabilities(window.tokens())) {
                domain.add(-logProbability);
            }
        }
        Map<String, Double> losses = new LinkedHashMap<>();
        byDomain.forEach((domain, all) -> losses.put(
                domain, all.stream().mapToDouble(Float::doubleValue).average().orElse(Double.NaN)));
        losses.values().removeIf(loss -> loss.isNaN());
        return losses;
    }

    private static void stop(MoiraException problem) {
        throw problem;
    }
}
