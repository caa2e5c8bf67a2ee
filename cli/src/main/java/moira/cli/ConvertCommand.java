package moira.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import moira.engine.Model;
import moira.engine.ModelOptions;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.Checkpoints;
import moira.engine.checkpoint.FormatMix;
import moira.engine.conversion.Conversion;
import moira.engine.conversion.ConversionReport;
import moira.routing.corpus.Corpus;
import moira.routing.fidelity.Fidelity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "convert",
        description =
                "Writes a model as a GGUF file, in fewer bits if you like, and says what that loses; or as one that opens at once.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  moira convert small small-q4_k.gguf --format Q4_K_M --compare texts --max-tokens 4096",
            "  moira convert mixtral-8x7b.Q4_K_M.gguf mixtral-8x7b.packed.gguf --packed"
        })
final class ConvertCommand implements Callable<Integer> {
    @Mixin
    Common common;

    @Parameters(index = "0", paramLabel = "MODEL", description = "A Hugging Face folder or a GGUF file.")
    private Path model;

    @Parameters(index = "1", paramLabel = "OUT", description = "The GGUF file to write.")
    private Path out;

    @Option(
            names = "--format",
            paramLabel = "F",
            description =
                    "Of all matrices: F32, F16, BF16, Q8_0, Q6_K, Q5_K, Q4_K, Q4_0; or Q5_K_M, Q4_K_M, which give more"
                            + " bits to some; or MXFP4, experts in 4 bits and the rest in Q8_0. Norms and routers stay F32. Default: Q8_0; with --packed, the formats that"
                            + " the model has.")
    private String format;

    @Option(
            names = "--embedding",
            paramLabel = "F",
            description =
                    "Of the embedding, of which a token reads one row: more bits there cost room and no speed. Default:"
                            + " as --format says.")
    private String embedding;

    @Option(
            names = "--packed",
            description =
                    "Write weights as they are multiplied: OUT opens at once and is multiplied where it lies, by Moira"
                            + " alone, whose next version may want it converted again.")
    private boolean packed;

    @Option(names = "--overwrite", description = "Replace OUT, once the new file is whole.")
    private boolean overwrite;

    @Option(names = "--threads", paramLabel = "N", description = "Default: one a processor.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--compare",
            paramLabel = "C",
            description =
                    "Run both models on a corpus, and say how many routing decisions differ and how far predictions"
                            + " move; may be repeated.")
    private List<Path> corpora = new ArrayList<>();

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "Of --compare: text tokens of each domain; 0 for all. Default: ${DEFAULT-VALUE}.")
    private long maxTokens = 4096;

    @Option(names = "--json", description = "The figures as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Console console = new Console();
        ModelOptions options = WrongOption.unless(() -> ModelOptions.defaults().withThreads(threads));
        WrongOption.unless(maxTokens >= 0, "--max-tokens", "0 or more", maxTokens);
        FormatMix mix = WrongOption.unless(this::mix);
        Corpus corpus = corpora.isEmpty() ? null : Corpus.open(corpora);
        ConversionReport report = convert(mix, options, console);
        Fidelity fidelity = null;
        try {
            fidelity = corpus == null ? null : compare(corpus, options, console);
        } finally {
            // Also without the comparison: what was converted for an hour has its figures.
            ConversionFigures figures = new ConversionFigures(report, fidelity);
            System.out.print(json ? figures.json() : figures.table());
        }
        return 0;
    }

    private ConversionReport convert(FormatMix mix, ModelOptions options, Console console) {
        try (Checkpoint checkpoint = Checkpoints.open(model)) {
            Conversion conversion = new Conversion(checkpoint, mix, packed);
            ConversionReport report;
            try (ByteProgress progress = new ByteProgress(console, conversion.bytes())) {
                report = conversion.write(out, overwrite, options.threads(), progress::advanced);
            }
            console.done(String.format(
                    Locale.ROOT,
                    "%s in %s%s: %,.1f MB in %s",
                    checkpoint.name(),
                    mix.name(),
                    packed ? ", packed" : "",
                    report.fileBytes() / 1e6,
                    out));
            return report;
        }
    }

    private FormatMix mix() {
        String name = format == null && !packed ? "Q8_0" : format;
        FormatMix mix = name == null ? FormatMix.KEPT : FormatMix.named(name.toUpperCase(Locale.ROOT));
        return embedding == null ? mix : mix.withEmbedding(embedding.toUpperCase(Locale.ROOT));
    }

    private Fidelity compare(Corpus corpus, ModelOptions options, Console console) {
        try (Model source = LoadProgress.load(model, options, console);
                Model converted = LoadProgress.load(out, options, console);
                ConsoleProgress progress = new ConsoleProgress(console, "comparing", "compared")) {
            return Fidelity.measure(source, converted, corpus, maxTokens, progress);
        }
    }
}
