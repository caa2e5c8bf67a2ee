package moira.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import moira.engine.decoder.Arithmetic;
import moira.engine.generation.SamplingOptions;
import picocli.CommandLine.Option;

/** How the next token is drawn. */
final class SamplingSettings {
    private static final Pattern ESCAPE = Pattern.compile("\\\\[nt\\\\]");

    @Option(names = "--max-tokens", paramLabel = "N", description = "New tokens at most. Default: ${DEFAULT-VALUE}.")
    int maxTokens = 256;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "0 takes the likeliest token always. Default: ${DEFAULT-VALUE}.")
    private float temperature = 0.8f;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description = "Draw from the K likeliest; 0: all. Default: ${DEFAULT-VALUE}.")
    private int topK = 40;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description = "Draw from the likeliest that together have probability P. Default: ${DEFAULT-VALUE}.")
    private float topP = 0.95f;

    @Option(
            names = "--min-p",
            paramLabel = "P",
            description = "Not those below P times the likeliest. Default: ${DEFAULT-VALUE}.")
    private float minP = 0.05f;

    @Option(
            names = "--repeat-penalty",
            paramLabel = "R",
            description = "Above 1 makes tokens seen before less likely. Default: ${DEFAULT-VALUE}.")
    private float repeatPenalty = 1;

    @Option(names = "--seed", paramLabel = "N", description = "Of the random numbers. Default: ${DEFAULT-VALUE}.")
    private long seed = 42;

    @Option(
            names = "--stop",
            paramLabel = "TEXT",
            description =
                    "Ends the answer, unprinted; may be repeated. \\n in it is a line break, \\t a tab, \\\\ a backslash.")
    private List<String> stop = new ArrayList<>();

    @Option(
            names = "--exact",
            description = "Keep activations in floats, in the place of 8 bits with quantised weights.")
    private boolean exact;

    /** With the characters that a shell has no easy name for. */
    List<String> stop() {
        return stop.stream()
                .map(text -> ESCAPE.matcher(text)
                        .replaceAll(escape -> Matcher.quoteReplacement(
                                switch (escape.group()) {
                                    case "\\n" -> "\n";
                                    case "\\t" -> "\t";
                                    default -> "\\";
                                })))
                .toList();
    }

    Arithmetic arithmetic() {
        return exact ? Arithmetic.FLOAT : Arithmetic.INT8;
    }

    SamplingOptions options() {
        WrongOption.unless(maxTokens >= 0, "--max-tokens", "0 or more", maxTokens);
        WrongOption.unless(stop.stream().noneMatch(String::isEmpty), "--stop", "a text", "an empty one");
        return WrongOption.unless(() -> new SamplingOptions(temperature, topK, topP, minP, repeatPenalty, seed));
    }
}
