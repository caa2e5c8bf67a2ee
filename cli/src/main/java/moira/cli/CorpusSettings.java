package moira.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import moira.engine.decoder.Arithmetic;
import moira.routing.corpus.Corpus;
import moira.routing.trace.LayerSelection;
import moira.routing.trace.TraceOptions;
import picocli.CommandLine.Option;

/** What is traced, and how much of it. */
final class CorpusSettings {
    @Option(
            names = "--corpus",
            paramLabel = "C",
            description =
                    "A .jsonl, .jsonl.gz or .jsonl.zst file, or a folder; may be repeated. Default: the bundled samples.")
    private List<Path> corpora = new ArrayList<>();

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "Text tokens of each domain; 0 for all. Default: all.")
    private long maxTokens;

    @Option(
            names = "--context",
            paramLabel = "N",
            description = "Longest window in tokens, BOS included. Default: the model's context, at most 2048.")
    private Integer context;

    @Option(
            names = "--layers",
            paramLabel = "L",
            description =
                    "all, or some of first, middle, last and numbers: first,middle,last or 0,15,31. Default: all.")
    private String layers = "all";

    @Option(names = "--keep-going", description = "Skip and count what is no document, in the place of stopping.")
    private boolean keepGoing;

    @Option(
            names = "--overwrite",
            description = "Begin anew where a trace lies already: it is removed when the new one begins.")
    private boolean overwrite;

    @Option(
            names = "--fast",
            description = "Activations in 8 bits: faster with large quantised models, and no longer quite the model.")
    private boolean fast;

    /** In floats, since what is recorded is to be the model, unless speed was asked for. */
    Arithmetic arithmetic() {
        return fast ? Arithmetic.INT8 : Arithmetic.FLOAT;
    }

    Corpus open() {
        return Corpus.open(corpora.isEmpty() ? List.of(Bundled.samples()) : corpora);
    }

    TraceOptions options() {
        WrongOption.unless(maxTokens >= 0, "--max-tokens", "0 or more", maxTokens);
        WrongOption.unless(context == null || context > 1, "--context", "2 or more", context);
        return new TraceOptions(
                context == null ? 0 : context,
                maxTokens,
                new LayerSelection(layers),
                keepGoing,
                overwrite,
                TraceOptions.DEFAULT_PART_ASSIGNMENTS);
    }
}
