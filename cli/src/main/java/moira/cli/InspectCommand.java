package moira.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import moira.engine.architecture.Architecture;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.Checkpoints;
import moira.engine.tensor.Tensor;
import moira.engine.tokenizer.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "inspect",
        description = "Shows the architecture, tensors, formats and tokenizer of a model file.",
        footerHeading = "%nExample:%n",
        footer = "  moira inspect bundled/model.gguf --json")
final class InspectCommand implements Callable<Integer> {
    @Mixin
    Common common;

    @Parameters(
            paramLabel = "M",
            arity = "0..1",
            description = "A GGUF file or a Hugging Face folder. Default: the bundled model.")
    private Path path;

    @Option(names = "--json", description = "Everything, every tensor included, as JSON.")
    private boolean json;

    private record Inspection(
            String name,
            String format,
            String fingerprint,
            Dimensions architecture,
            long parameters,
            long activeParameters,
            long bytes,
            Map<String, Usage> formats,
            Vocabulary tokenizer,
            List<Entry> tensors) {}

    private record Usage(int tensors, long values, long bytes) {
        Usage plus(Tensor tensor) {
            return new Usage(tensors + 1, values + tensor.size(), bytes + tensor.bytes());
        }
    }

    private record Vocabulary(int size, int bos, int eos, boolean addsBos) {}

    private record Entry(String name, String format, List<Long> shape, long bytes) {}

    @Override
    public Integer call() {
        Path model = path == null ? Bundled.model() : path;
        try (Checkpoint checkpoint = Checkpoints.open(model)) {
            Inspection inspection = inspect(checkpoint);
            if (json) {
                System.out.println(JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(inspection));
            } else {
                print(model, inspection);
            }
        }
        return 0;
    }

    private static Inspection inspect(Checkpoint checkpoint) {
        checkpoint.weights();
        Architecture architecture = checkpoint.architecture();
        Map<String, Usage> formats = new TreeMap<>();
        for (Tensor tensor : checkpoint.tensors()) {
            formats.merge(format(tensor), new Usage(0, 0, 0).plus(tensor), (all, one) -> all.plus(tensor));
        }
        long parameters = formats.values().stream().mapToLong(Usage::values).sum();
        long asleep = architecture.expertSize()
                * architecture.routedLayers().size()
                * (architecture.experts() - architecture.expertsPerToken());
        return new Inspection(
                checkpoint.name(),
                checkpoint.format(),
                checkpoint.fingerprint(),
                Dimensions.of(architecture),
                parameters,
                parameters - asleep,
                formats.values().stream().mapToLong(Usage::bytes).sum(),
                formats,
                vocabulary(checkpoint.tokenizer()),
                checkpoint.tensors().stream()
                        .map(t -> new Entry(t.name(), format(t), t.shape(), t.bytes()))
                        .toList());
    }

    private static String format(Tensor tensor) {
        return tensor.format() + (tensor.packed() ? " packed" : "");
    }

    private static Vocabulary vocabulary(Tokenizer tokenizer) {
        return new Vocabulary(tokenizer.size(), tokenizer.bos(), tokenizer.eos(), tokenizer.addsBos());
    }

    private static void print(Path path, Inspection i) {
        Dimensions d = i.architecture();
        row("model", i.name() + " (" + path + ")");
        row("format", i.format());
        row("architecture", d.family());
        row(
                "parameters",
                String.format(Locale.ROOT, "%,d, of which a token uses %,d", i.parameters(), i.activeParameters()));
        row("layers", d.layers() + ", width " + d.width());
        d.describe(InspectCommand::row);
        row(
                "vocabulary",
                d.vocabulary() + " (tokenizer: " + i.tokenizer().size() + " pieces, BOS "
                        + i.tokenizer().bos() + ", EOS " + i.tokenizer().eos() + ")");
        row("fingerprint", i.fingerprint());
        i.formats()
                .forEach((format, usage) -> row(
                        "in " + format,
                        String.format(
                                Locale.ROOT,
                                "%d tensors, %,d values, %,d bytes",
                                usage.tensors(),
                                usage.values(),
                                usage.bytes())));
        System.out.println();
        for (Entry tensor : i.tensors()) {
            System.out.printf(Locale.ROOT, "%-44s %-11s %s%n", tensor.name(), tensor.format(), tensor.shape());
        }
    }

    private static void row(String name, String value) {
        System.out.printf("%-13s %s%n", name, value);
    }
}
