package moira.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.concurrent.Callable;
import moira.engine.Model;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "chat",
        description =
                "Talks with an instruction-tuned model; a line of input is a message, an empty line is skipped, end of input ends.",
        footerHeading = "%nExample:%n",
        footer = "  moira chat --model mixtral-8x7b-instruct.gguf --system \"Answer in one sentence.\"")
final class ChatCommand implements Callable<Integer> {
    @Mixin
    Common common;

    @Mixin
    private ModelSettings model;

    @Mixin
    private SamplingSettings sampling;

    @Option(names = "--system", paramLabel = "TEXT", description = "What the model is told before the conversation.")
    private String system = "";

    @Override
    public Integer call() throws IOException {
        Console console = new Console();
        sampling.options();
        try (Model loaded = model.load(sampling.arithmetic(), console)) {
            Chat chat = new Chat(loaded, sampling, system);
            console.say("prompts as in " + chat.template()
                    + (model.isBundled() ? "; the bundled model is no chat model, it only continues texts" : ""));
            BufferedReader lines = Stdin.lines();
            ask(console);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    console.say(GenerateCommand.summary(chat.answer(line)));
                }
                ask(console);
            }
        }
        return 0;
    }

    private static void ask(Console console) {
        if (console.isTerminal()) {
            System.err.print(Ansi.AUTO.string("@|bold,cyan > |@"));
            System.err.flush();
        }
    }
}
