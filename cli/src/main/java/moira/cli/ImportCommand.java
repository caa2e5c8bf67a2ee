package moira.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import moira.routing.foreign.ImportOptions;
import moira.routing.foreign.Importer;
import moira.routing.trace.TraceHeader;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description =
                "Makes a trace of routing that another program recorded (see docs/import.md), and says what it lacks.",
        footerHeading = "%nExample:%n",
        footer = {
            "  moira import --format npz routing.npz --documents documents.jsonl --out trace",
            "  moira import --format responses answers.jsonl --out trace",
            "  moira import --format counts counts.json token_expert.npz --out trace"
        })
final class ImportCommand implements Callable<Integer> {
    private enum Format {
        NPZ,
        SAFETENSORS,
        JSONL,
        COUNTS,
        CSV,
        PARQUET,
        RESPONSES,
        IMATRIX,
        ROUTE_TRACE;

        /** As a user writes it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private enum Weight {
        RENORMALISED,
        SOFTMAX,
        SIGMOID,
        NONE
    }

    private enum Phase {
        PREFILL,
        DECODE
    }

    @Mixin
    Common common;

    @Option(
            names = "--format",
            paramLabel = "F",
            required = true,
            description = "npz, safetensors, jsonl, csv, parquet, responses, counts, imatrix or route-trace.")
    private Format format;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files of that format, in their order.")
    private List<Path> files;

    @Option(names = "--out", paramLabel = "TRACE", required = true, description = "The folder to write.")
    private Path out;

    @Option(
            names = "--documents",
            paramLabel = "F",
            description = "JSON lines: document, domain, source, tokens, pieces. Without: a file is a document.")
    private Path documents;

    @Option(names = "--model-name", paramLabel = "NAME", description = "Default: as in the file, or the file's name.")
    private String modelName;

    @Option(names = "--experts", paramLabel = "E", description = "In a layer. Default: 1 + the largest id.")
    private Integer experts;

    @Option(
            names = "--experts-per-token",
            paramLabel = "K",
            description = "That are chosen, where rows give the router's logits and not the experts.")
    private Integer expertsPerToken;

    @Option(
            names = "--weight",
            paramLabel = "W",
            description = "renormalised, softmax, sigmoid or none. Default: by what the weights add up to.")
    private Weight weight;

    @Option(
            names = "--phase",
            paramLabel = "P",
            description = "prefill or decode. Default: as the files say, or not known.")
    private Phase phase;

    @Option(names = "--layers-in-model", paramLabel = "N", description = "Default: 1 + the last recorded.")
    private Integer modelLayers;

    @Option(names = "--first-layer", paramLabel = "N", description = "Of arrays that do not number them. Default: 0.")
    private int firstLayer;

    @Option(names = "--overwrite", description = "Replace a trace that lies there, once the new one is whole.")
    private boolean overwrite;

    @ArgGroup(exclusive = false, heading = "%nOf jsonl, csv and parquet, how a row calls its fields:%n")
    private FieldSettings fields = new FieldSettings();

    @Override
    public Integer call() {
        Console console = new Console();
        WrongOption.unless(
                firstLayer >= 0 && firstLayer < TraceHeader.MOST_LAYERS,
                "--first-layer",
                "0 to " + (TraceHeader.MOST_LAYERS - 1),
                firstLayer);
        long started = System.nanoTime();
        ImportOptions options = new ImportOptions(
                documents,
                modelName,
                known("--experts", experts, TraceHeader.MOST_EXPERTS),
                known("--experts-per-token", expertsPerToken, TraceHeader.MOST_CHOICES),
                lower(weight),
                lower(phase),
                known("--layers-in-model", modelLayers, TraceHeader.MOST_LAYERS),
                firstLayer,
                overwrite,
                fields.fields());
        TraceHeader.Origin origin;
        try (ConsoleProgress progress = new ConsoleProgress(console, "importing", "imported")) {
            origin = Importer.run(format.toString(), files, options, out, progress);
        }
        say(origin, console);
        console.done(String.format(Locale.ROOT, "trace in %s (%.1f s)", out, (System.nanoTime() - started) / 1e9));
        return 0;
    }

    /** 0 for what was not said. */
    private static int known(String option, Integer number, int most) {
        WrongOption.unless(number == null || (number >= 1 && number <= most), option, "1 to " + most, number);
        return number == null ? 0 : number;
    }

    private static String lower(Enum<?> value) {
        return value == null ? null : value.name().toLowerCase(Locale.ROOT);
    }

    private static void say(TraceHeader.Origin origin, Console console) {
        origin.notes().forEach(console::say);
        origin.lacks().forEach(lack -> console.warn("no " + lack));
        if (origin.dropped() > 0) {
            console.warn(String.format(
                    Locale.ROOT, "%,d decisions are missing: tokens that have none in a layer", origin.dropped()));
        }
    }
}
