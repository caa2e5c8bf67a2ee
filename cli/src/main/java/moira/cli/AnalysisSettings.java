package moira.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import moira.routing.analysis.Analysis;
import moira.routing.analysis.AnalysisOptions;
import moira.routing.report.ReportWriter;
import moira.routing.report.TrainingPage;
import moira.routing.training.TrainingAnalysis;
import moira.routing.training.TrainingHistory;
import moira.routing.verdict.Verdict;
import moira.routing.verdict.VerdictWriter;
import picocli.CommandLine.Option;

/** How carefully a trace is looked at. */
final class AnalysisSettings {
    @Option(
            names = "--bootstrap",
            paramLabel = "N",
            description = "Resamples of the documents behind every interval. Default: ${DEFAULT-VALUE}.")
    private int bootstrap = AnalysisOptions.DEFAULTS.bootstrap();

    @Option(
            names = "--permutations",
            paramLabel = "N",
            description = "Of the domain labels, behind every divergence. Default: ${DEFAULT-VALUE}.")
    private int permutations = AnalysisOptions.DEFAULTS.permutations();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of resamples and permutations. Default: ${DEFAULT-VALUE}.")
    private long seed = AnalysisOptions.DEFAULTS.seed();

    /** Tables, verdict and report of one trace, into {@code out}. */
    Verdict analyze(Path trace, Path out, Console console) {
        return analyze(trace, out, Optional.empty(), console);
    }

    /** The same, with the history of the model's training in the report. */
    Verdict analyze(Path trace, Path out, Optional<TrainingHistory> training, Console console) {
        long started = System.nanoTime();
        console.say("analysing " + trace);
        Analysis.run(trace, out, options());
        Verdict verdict = VerdictWriter.write(trace, out);
        Path report = out.resolve("report.html");
        ReportWriter.write(trace, out, report, training);
        console.done(String.format(
                Locale.ROOT,
                "tables in %s, report in %s (%.1f s)",
                out.resolve("tables"),
                report,
                (System.nanoTime() - started) / 1e9));
        say(verdict, console);
        return verdict;
    }

    /** Asked for before work that they are not needed for yet: they may be wrong. */
    AnalysisOptions options() {
        int vocabulary = Math.min(bootstrap, AnalysisOptions.DEFAULTS.vocabularyBootstrap());
        return WrongOption.unless(() -> new AnalysisOptions(bootstrap, vocabulary, permutations, seed));
    }

    /** Tables and page of a training, into {@code out}. */
    void follow(Path training, Path out, Console console) {
        long started = System.nanoTime();
        console.say("following the training in " + training);
        TrainingHistory history;
        try (ConsoleProgress progress = new ConsoleProgress(console, "analysing", "analysed")) {
            history = TrainingAnalysis.run(training, out, options(), progress, console::warn);
        }
        Path report = out.resolve("report.html");
        TrainingPage.write(history, report);
        console.done(String.format(
                Locale.ROOT,
                "tables in %s, report in %s (%.1f s)",
                out.resolve("tables"),
                report,
                (System.nanoTime() - started) / 1e9));
        System.out.println(history.headline());
        history.details().forEach(sentence -> System.out.println("  " + sentence));
    }

    /** The verdict is a result, and goes to stdout; the caveats are named there, and stand in full in the report. */
    private static void say(Verdict verdict, Console console) {
        System.out.println(verdict.model() + ": " + verdict.modelVerdict().headline());
        verdict.modelVerdict().details().forEach(sentence -> System.out.println("  " + sentence));
        if (!verdict.caveats().isEmpty()) {
            console.warn("mind: "
                    + verdict.caveats().stream()
                            .map(caveat -> caveat.kind().replace('_', ' '))
                            .collect(Collectors.joining(", "))
                    + " (see the report)");
        }
    }
}
