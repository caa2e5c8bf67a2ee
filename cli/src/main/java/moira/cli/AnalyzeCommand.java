package moira.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import moira.engine.MoiraException;
import moira.routing.comparison.Analysed;
import moira.routing.comparison.ComparisonWriter;
import moira.routing.training.TrainingAnalysis;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "analyze",
        description =
                "Tables, verdict and report from a trace; from several, those of each in a folder of its name, and a page that compares"
                        + " them; from the folder of a training, its routing over the steps.",
        footerHeading = "%nExamples:%n",
        footer = {"  moira analyze trace --out analysis", "  moira analyze small --out small/training"})
final class AnalyzeCommand implements Callable<Integer> {
    @Mixin
    Common common;

    @Mixin
    private AnalysisSettings settings;

    @Parameters(
            paramLabel = "TRACE",
            arity = "1..*",
            description = "Folders that moira trace wrote, or one of moira train.")
    private List<Path> traces;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The folder to write.")
    private Path out;

    @Override
    public Integer call() {
        Console console = new Console();
        settings.options();
        for (Path trace : traces) {
            boolean within = absolute(out).startsWith(absolute(trace)) && !TrainingAnalysis.isTraining(trace);
            WrongOption.unless(!within, "--out", "a folder outside of the trace", out);
        }
        boolean training = traces.stream().anyMatch(TrainingAnalysis::isTraining);
        if (training && traces.size() > 1) {
            throw MoiraException.expected("traces", "several traces, or one training", "a training among others");
        }
        if (training) {
            settings.follow(traces.getFirst(), out, console);
            return 0;
        }
        if (traces.size() == 1) {
            settings.analyze(traces.getFirst(), out, console);
            return 0;
        }
        Set<String> names = new HashSet<>();
        for (Path trace : traces) {
            if (!names.add(name(trace))) {
                throw MoiraException.expected("traces", "folders of different names", name(trace) + " twice");
            }
        }
        List<Analysed> analysed = new ArrayList<>();
        for (Path trace : traces) {
            Path folder = out.resolve(name(trace));
            analysed.add(new Analysed(name(trace), trace, folder, settings.analyze(trace, folder, console)));
        }
        compare(analysed, console);
        return 0;
    }

    private void compare(List<Analysed> analysed, Console console) {
        List<String> words = ComparisonWriter.write(analysed, out);
        console.done("comparison in " + out.resolve("compare.html"));
        System.out.println("Which of them has experts? " + words.getFirst());
        words.stream().skip(1).forEach(console::warn);
    }

    private static String name(Path trace) {
        return absolute(trace).getFileName().toString();
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
