package moira.cli;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import moira.engine.MoiraException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "analyze",
        description = "Tables and report from a trace; from several, those of each in a folder of its name.",
        footerHeading = "%nExample:%n",
        footer = "  moira analyze trace --out analysis")
final class AnalyzeCommand implements Callable<Integer> {
    @Mixin
    Common common;

    @Mixin
    private AnalysisSettings settings;

    @Parameters(paramLabel = "TRACE", arity = "1..*", description = "Folders that moira trace wrote.")
    private List<Path> traces;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The folder to write.")
    private Path out;

    @Override
    public Integer call() {
        Console console = new Console();
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
        for (Path trace : traces) {
            settings.analyze(trace, out.resolve(name(trace)), console);
        }
        return 0;
    }

    private static String name(Path trace) {
        return trace.toAbsolutePath().normalize().getFileName().toString();
    }
}
