package moira.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import moira.engine.checkpoint.GgufOutput;
import moira.engine.synthetic.Shape;
import moira.engine.synthetic.SyntheticModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "synth",
        description = "Writes a model of a given shape with random weights, to measure speed with.",
        footerHeading = "%nExample:%n",
        footer = "  moira synth --like mixtral-8x7b --layers 2 --format Q4_K_M --out two-layers.gguf")
final class SynthCommand implements Callable<Integer> {
    @Mixin
    Common common;

    @Option(
            names = "--like",
            paramLabel = "MODEL",
            description = "mixtral-8x7b, mixtral-8x22b, mixtral-64 (8x7b in 64 small experts, 16 chosen) or small."
                    + " Default: ${DEFAULT-VALUE}.")
    private String like = "mixtral-8x7b";

    @Option(names = "--layers", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int layers = 2;

    @Option(
            names = "--format",
            paramLabel = "F",
            description = "Q4_K_M, Q5_K_M, MXFP4, or of all matrices F32, F16, BF16, Q8_0, Q4_0, Q4_K, Q5_K, Q6_K."
                    + " Default: ${DEFAULT-VALUE}.")
    private String format = "Q4_0";

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The GGUF file to write.")
    private Path out;

    @Option(names = "--overwrite", description = "Replace FILE, once the new one is whole.")
    private boolean overwrite;

    @Override
    public Integer call() {
        Shape shape = WrongOption.unless(() -> Shape.like(like, layers));
        String name = format.toUpperCase(Locale.ROOT);
        long bytes = WrongOption.unless(() -> SyntheticModel.bytes(shape, name));
        GgufOutput.requireFree(out, overwrite);
        Console console = new Console();
        try (ByteProgress progress = new ByteProgress(console, bytes)) {
            SyntheticModel.write(shape, name, out, progress::advanced);
        }
        console.done(String.format(Locale.ROOT, "%,.0f MB of random weights in %s", bytes / 1e6, out));
        return 0;
    }
}
