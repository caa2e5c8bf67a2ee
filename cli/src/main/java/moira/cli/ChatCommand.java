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

    @Option(
            names = "--chat-template",
            paramLabel = "FILE|NAME",
            description = {
                "How a conversation is laid out, in the place of the model's own template: a file in Jinja, chatml, mistral-v1,"
                        + " mistral-v2, mistral-v3, or a name that the model has."
            })
    private String template;

    @Override
    public Integer call() {
        Console console = new Console();
        sampling.options();
        try (Model loaded = model.load(sampling.arithmetic(), console)) {
            Chat chat = new Chat(loaded, sampling, loaded.chatTemplate(template), system);
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
            Chat.Answer answer = chat.answer(message);
            console.say(GenerateCommand.summary(answer.result()));
            if (answer.isEmpty()) {
                console.warn("the answer is empty; this message is left out of the conversation");
            }
        } catch (Chat.TooLong e) {
            console.warn(e.getMessage());
        }
    }
}
