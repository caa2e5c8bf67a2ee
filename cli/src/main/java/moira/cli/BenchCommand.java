package moira.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import moira.engine.Model;
import moira.engine.bench.SpeedTest;
import moira.engine.decoder.Arithmetic;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "bench",
        description = "Measures how fast a model reads and writes here, beside what the memory gives.",
        footerHeading = "%nExample:%n",
        footer = "  moira bench --model two-layers.gguf --prompt-tokens 512 --generate-tokens 48 --json")
final class BenchCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private static final int PROMPT_TOKENS = 512;

    @Mixin
    Common common;

    @Mixin
    private ModelSettings model;

    @Option(
            names = "--prompt-tokens",
            paramLabel = "N",
            description = "Random ones. Default: " + PROMPT_TOKENS + ", or as many as the model's context leaves.")
    private Integer promptTokens;

    @Option(names = "--generate-tokens", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int generateTokens = 48;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Rounds before those that count. Default: ${DEFAULT-VALUE}.")
    private int warmUp = 2;

    @Option(names = "--repeat", paramLabel = "N", description = "Rounds that count. Default: ${DEFAULT-VALUE}.")
    private int repeat = 5;

    @Option(names = "--exact", description = "Activations in floats, in the place of 8 bits with quantised weights.")
    private boolean exact;

    @Option(names = "--json", description = "The figures as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Console console = new Console();
        atLeast(1, "--prompt-tokens", promptTokens == null ? PROMPT_TOKENS : promptTokens);
        atLeast(1, "--generate-tokens", generateTokens);
        atLeast(0, "--warm-up", warmUp);
        atLeast(1, "--repeat", repeat);
        try (Model loaded = model.load(exact ? Arithmetic.FLOAT : Arithmetic.INT8, console)) {
            int[] round = {0};
            SpeedTest.Result result = SpeedTest.run(
                    loaded,
                    promptTokens == null ? fitting(loaded) : promptTokens,
                    generateTokens,
                    warmUp,
                    repeat,
                    () -> console.say("round " + ++round[0] + " of " + (warmUp + repeat) + " done"));
            if (json) {
                System.out.println(JSON.writeValueAsString(result));
            } else {
                print(result);
            }
        }
        return 0;
    }

    private static void atLeast(int least, String option, int found) {
        WrongOption.unless(found >= least, option, least + " or more", found);
    }

    private int fitting(Model model) {
        return Math.clamp(model.architecture().context() - generateTokens, 1, PROMPT_TOKENS);
    }

    private static void print(SpeedTest.Result r) {
        System.out.printf(
                Locale.ROOT,
                "prefill    %,10.1f tokens/s (%d tokens), %,.1f with its routing observed%n",
                r.prefillTokensPerSecond(),
                r.promptTokens(),
                r.observedPrefillTokensPerSecond());
        System.out.printf(
                Locale.ROOT,
                "decode     %,10.1f tokens/s (%d tokens)%n",
                r.decodeTokensPerSecond(),
                r.generateTokens());
        System.out.printf(
                Locale.ROOT,
                "weights    %,10.1f GB/s read in decode, %.2f of the %.1f GB/s that the memory gives%n",
                r.decodeBytesPerSecond() / 1e9,
                r.decodeBytesPerSecond() / r.readBandwidthBytesPerSecond(),
                r.readBandwidthBytesPerSecond() / 1e9);
        System.out.printf(Locale.ROOT, "experts    %,10d pairs of layer and expert used%n", r.distinctExperts());
        System.out.printf("ran with   %s%n", r.kernels());
    }
}
