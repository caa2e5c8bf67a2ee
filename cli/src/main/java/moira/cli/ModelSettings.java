package moira.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import moira.engine.Model;
import moira.engine.ModelOptions;
import moira.engine.MoiraException;
import moira.engine.Session;
import moira.engine.architecture.Architecture;
import moira.engine.decoder.Arithmetic;
import moira.engine.decoder.Residence;
import moira.engine.kernel.Accelerator;
import moira.engine.kernel.Accelerators;
import moira.engine.kernel.KernelSets;
import moira.routing.trace.TraceOptions;
import picocli.CommandLine.Option;

/** Which model, and how it runs. */
final class ModelSettings {
    @Option(
            names = "--model",
            paramLabel = "M",
            description = "A GGUF file or a Hugging Face folder. Default: the bundled model.")
    private Path model;

    @Option(names = "--threads", paramLabel = "N", description = "Default: one a processor.")
    private Integer threads;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Prompt tokens that go through a layer together. Default: " + ModelOptions.DEFAULT_BATCH
                    + ", and of the windows of a trace " + TraceOptions.DEFAULT_BATCH + ".")
    private Integer batch;

    @Option(
            names = "--kernels",
            paramLabel = "SET",
            description =
                    "vector or scalar (the same results, at another speed), accelerated (vector, and oneDNN for prompts,"
                            + " which bin/fetch-onednn fetches, unless activations stay in floats), or best (what is there)."
                            + " Default: ${DEFAULT-VALUE}.")
    private String kernels = "best";

    @Option(
            names = "--weights",
            paramLabel = "WHERE",
            description =
                    "auto, resident (in memory as floats), packed (in memory with the bits of the file) or mapped (left in"
                            + " the file, for a model larger than memory); a file of convert --packed is both of these."
                            + " Default: ${DEFAULT-VALUE}.")
    private Residence weights = Residence.AUTO;

    @Option(
            names = "--experts-per-token",
            paramLabel = "K",
            description = "How many experts a token goes to. Default: as many as the model was trained with.")
    private Integer expertsPerToken;

    boolean isBundled() {
        return model == null;
    }

    private Path path() {
        return isBundled() ? Bundled.model() : model;
    }

    /** Where the model lies: the folder that it is, or the one that its file is in. */
    Path folder() {
        Path path = path().toAbsolutePath();
        return Files.isDirectory(path) ? path : path.getParent();
    }

    /** Loads the model and says on stderr what runs. */
    Model load(Arithmetic arithmetic, Console console) {
        return load(arithmetic, ModelOptions.DEFAULT_BATCH, console);
    }

    /** The same, to run windows of a trace together. */
    Model loadForTrace(Arithmetic arithmetic, Console console) {
        return load(arithmetic, TraceOptions.DEFAULT_BATCH, console);
    }

    private Model load(Arithmetic arithmetic, int defaultBatch, Console console) {
        ModelOptions options = WrongOption.unless(() -> options(arithmetic, defaultBatch));
        options = options.withAccelerator(arithmetic == Arithmetic.FLOAT ? null : accelerator(console));
        if (kernels.equals("best") && !KernelSets.advice().isEmpty()) {
            console.warn(KernelSets.advice());
        }
        Path path = path();
        console.say("loading " + path);
        long started = System.nanoTime();
        Model loaded = LoadProgress.load(path, options, console);
        console.say(String.format(
                Locale.ROOT,
                "%s: %s; %s; loaded in %.1f s",
                loaded.name(),
                layers(loaded.architecture()),
                loaded.runsWith(),
                (System.nanoTime() - started) / 1e9));
        return loaded;
    }

    /** For people: {@code 32 layers of 8 experts, 2 a token}. */
    static String layers(Architecture architecture) {
        int routed = architecture.routedLayers().size();
        int dense = architecture.depth() - routed;
        if (routed == 0) {
            return dense + " layers without experts";
        }
        String experts = routed + " layers of " + architecture.experts() + " experts, " + architecture.expertsPerToken()
                + " a token";
        return dense == 0 ? experts : experts + ", " + dense + " without";
    }

    private ModelOptions options(Arithmetic arithmetic, int defaultBatch) {
        ModelOptions defaults = ModelOptions.defaults();
        return defaults.withKernels(KernelSets.named(kernels))
                .withThreads(threads == null ? defaults.threads() : threads)
                .withBatch(batch == null ? defaultBatch : batch)
                .withResidence(weights)
                .withExpertsPerToken(expertsPerToken())
                .withArithmetic(arithmetic);
    }

    /** 0 for the model's own. */
    private int expertsPerToken() {
        if (expertsPerToken != null && expertsPerToken < 1) {
            throw MoiraException.expected("--experts-per-token", "a number from 1", expertsPerToken);
        }
        return expertsPerToken == null ? 0 : expertsPerToken;
    }

    /**
     * The first session of the command; kernels that were asked for run from its first token on.
     *
     * @param most tokens that it will have, as far as is known
     */
    Session firstSession(Model loaded, long most) {
        int length = (int) Math.min(most, loaded.architecture().context());
        return kernels.equals("best") ? loaded.newColdSession(length) : loaded.newSession(length);
    }

    /** What is fetched but does not run here is no error, unless it is asked for. */
    private Accelerator accelerator(Console console) {
        if (kernels.equals("accelerated")) {
            return Accelerators.required();
        }
        try {
            return kernels.equals("best") ? Accelerators.find().orElse(null) : null;
        } catch (MoiraException e) {
            console.warn("without an accelerator: " + e.getMessage());
            return null;
        }
    }
}
