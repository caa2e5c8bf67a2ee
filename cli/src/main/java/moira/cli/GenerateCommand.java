package moira.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import moira.engine.Model;
import moira.engine.generation.Generator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "generate",
        description = "Continues a text.",
        footerHeading = "%nExample:%n",
        footer = "  moira generate --max-tokens 60 --temperature 0 \"The history of\"")
final class GenerateCommand implements Callable<Integer> {
    @Mixin
    Common common;

    @Mixin
    private ModelSettings model;

    @Mixin
    private SamplingSettings sampling;

    @Parameters(paramLabel = "PROMPT", description = "The text to continue; - reads it from stdin.")
    private String prompt;

    @Override
    public Integer call() {
        Console console = new Console();
        sampling.options();
        String text = prompt.equals("-") ? Stdin.readAll() : prompt;
        try (Model loaded = model.load(sampling.arithmetic(), console)) {
            int[] tokens = Prompts.tokens(loaded.tokenizer(), text);
            Generator generator = new Generator(
                    loaded.tokenizer(),
                    loaded.endTokens(),
                    model.firstSession(loaded, (long) tokens.length + sampling.maxTokens));
            Generator.Result result = generator.continueText(
                    tokens, sampling.maxTokens, sampling.options(), sampling.stop(), Prompts::print);
            System.out.println();
            console.say(summary(result));
        }
        return 0;
    }

    static String summary(Generator.Result result) {
        return String.format(
                Locale.ROOT,
                "%s at %.0f tokens/s, %s at %.0f tokens/s, ended by %s",
                counted(result.promptTokens(), "prompt token"),
                result.promptTokens() / (result.promptNanos() / 1e9),
                counted(result.newTokens(), "new token"),
                result.newTokens() / (result.generateNanos() / 1e9),
                switch (result.end()) {
                    case EOS -> "the model";
                    case STOP_STRING -> "a stop string";
                    case MAX_TOKENS -> "--max-tokens";
                    case CONTEXT -> "the end of the model's context";
                });
    }

    private static String counted(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }
}
