package moira.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import moira.routing.trace.Trace;
import moira.routing.trace.TraceHeader;
import moira.routing.training.TrainingHistory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "report",
        description = "Traces a corpus, analyses the trace and draws it: the main job, in one go.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  moira report",
            "  moira report --model mixtral-8x7b.Q4_K_M.gguf --corpus texts/ --max-tokens 8192 --out mixtral"
        })
final class ReportCommand implements Callable<Integer> {
    @Mixin
    Common common;

    @Mixin
    private ModelSettings model;

    @Mixin
    private CorpusSettings corpus;

    @Mixin
    private AnalysisSettings analysis;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The folder to write: DIR/trace, DIR/tables, DIR/report.html. Default: ${DEFAULT-VALUE}.")
    private Path out = Path.of("moira-report");

    @Option(
            names = "--history",
            paramLabel = "DIR",
            description = "The history of the model's training, as moira analyze writes it, to be drawn as well."
                    + " Default: the folder training in that of the model, if there is one.")
    private Path history;

    @Override
    public Integer call() {
        Console console = new Console();
        analysis.options();
        Optional<TrainingHistory> training = training();
        Path trace = out.resolve("trace");
        TraceCommand.record(model, corpus, trace);
        analysis.analyze(trace, out, fitting(training, trace, console), console);
        return 0;
    }

    private Optional<TrainingHistory> training() {
        if (history != null) {
            return Optional.of(TrainingHistory.read(history));
        }
        Path beside = model.folder().resolve("training");
        return TrainingHistory.isAt(beside) ? Optional.of(TrainingHistory.read(beside)) : Optional.empty();
    }

    /** A history of a model of another shape is none of this model. */
    private Optional<TrainingHistory> fitting(Optional<TrainingHistory> training, Path trace, Console console) {
        TraceHeader traced = Trace.open(trace).header();
        Predicate<TrainingHistory> fits = of -> of.experts() == traced.experts()
                && of.expertsPerToken() == traced.expertsPerToken()
                && of.layers().size() == traced.modelLayers();
        if (training.isPresent() && !training.filter(fits).isPresent()) {
            console.warn("the history of a training beside the model is of a model of another shape, and left out");
        }
        return training.filter(fits);
    }
}
