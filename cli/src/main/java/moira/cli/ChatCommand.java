package moira.cli;

import java.util.concurrent.Callable;
import moira.engine.Model;
import picocli.CommandLine.Command;
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
    public Integer call() {
        Console console = new Console();
        sampling.options();
        try (Model loaded = model.load(sampling.arithmetic(), console)) {
            Chat chat = new Chat(loaded, sampling, system);
            console.say("prompts as in " + chat.template()
                    + (model.isBundled() ? "; the bundled model is no chat model, it only continues texts" : ""));
            Stdin stdin = new Stdin();
            console.ask();
            for (String line = stdin.nextLine(); line != null; line = stdin.nextLine()) {
                if (!line.isBlank()) {
                    answer(chat, line, console);
                }
                console.ask();
            }
        }
        return 0;
    }

    /** A message that is too long is not answered, and the conversation goes on without it. */
    private static void answer(Chat chat, String message, Console console) {
        try {
            console.say(GenerateCommand.summary(chat.answer(message)));
        } catch (Chat.TooLong e) {
            console.warn(e.getMessage());
        }
    }
}
