package moira.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import moira.engine.Model;
import moira.routing.corpus.Corpus;
import moira.routing.trace.Recorder;
import moira.routing.trace.TraceOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "trace",
        description =
                "Records where a model sends every token of a corpus. Started again on an incomplete trace, it goes on with it.",
        footerHeading = "%nExample:%n",
        footer = "  moira trace --corpus corpus/valid --max-tokens 8192 --out trace")
final class TraceCommand implements Callable<Integer> {
    @Mixin
    Common common;

    @Mixin
    private ModelSettings model;

    @Mixin
    private CorpusSettings corpus;

    @Option(names = "--out", paramLabel = "TRACE", required = true, description = "The folder to write.")
    private Path out;

    @Override
    public Integer call() {
        record(model, corpus, out);
        return 0;
    }

    static void record(ModelSettings model, CorpusSettings corpus, Path out) {
        Console console = new Console();
        TraceOptions options = corpus.options();
        Corpus texts = corpus.open();
        try (Model loaded = model.loadForTrace(corpus.arithmetic(), console);
                ConsoleProgress progress = new ConsoleProgress(console)) {
            Recorder.record(loaded, texts, options, out, progress);
        }
        console.done("trace in " + out);
    }
}
