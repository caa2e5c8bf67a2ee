package moira.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
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

    @Override
    public Integer call() {
        Path trace = out.resolve("trace");
        TraceCommand.record(model, corpus, trace);
        analysis.analyze(trace, out, new Console());
        return 0;
    }
}
