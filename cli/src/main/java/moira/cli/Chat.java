package moira.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import moira.engine.Model;
import moira.engine.Session;
import moira.engine.chat.ChatMessage;
import moira.engine.chat.ChatTemplate;
import moira.engine.chat.Conversation;
import moira.engine.generation.Generator;

/** A conversation and the session that has read most of it already. */
final class Chat {
    private final Model model;
    private final SamplingSettings sampling;
    private final ChatTemplate template;
    private final Session session;
    private final List<ChatMessage> messages = new ArrayList<>();
    /** The tokens in the session. */
    private int[] read = new int[0];

    /**
     * What came of a message.
     *
     * @param isEmpty whether the model had nothing to say; the conversation is as it was before
     */
    record Answer(Generator.Result result, boolean isEmpty) {}

    /** A message that the model has no room for; the conversation is as it was before. */
    static final class TooLong extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private TooLong(int tokens, int context) {
            super("conversation: expected at most the " + context + " tokens that the model's context has, found "
                    + tokens + "; this message is left out");
        }
    }

    Chat(Model model, SamplingSettings sampling, ChatTemplate template, String system) {
        this.model = model;
        this.sampling = sampling;
        this.template = template;
        session = model.newSession();
        if (!system.isEmpty()) {
            messages.add(ChatMessage.system(system));
        }
    }

    String template() {
        return template.name();
    }

    /**
     * Prints the model's answer to a message.
     *
     * @throws TooLong if it does not fit
     */
    Answer answer(String message) {
        messages.add(ChatMessage.user(message));
        int[] prompt = template.prompt(new Conversation(messages, List.of(), false));
        int room = model.architecture().context() - prompt.length;
        if (room < 1) {
            messages.removeLast();
            throw new TooLong(prompt.length, model.architecture().context());
        }
        StringBuilder answer = new StringBuilder();
        Generator.Result result = new Generator(model.tokenizer(), model.endTokens(), session)
                .answer(unread(prompt), sampling.maxTokens, sampling.options(), sampling.stop(), text -> {
                    answer.append(text);
                    Prompts.print(text);
                });
        System.out.println();
        read = prompt;
        if (answer.isEmpty()) {
            // Some templates have no place for a turn without words.
            messages.removeLast();
        } else {
            messages.add(ChatMessage.assistant(answer.toString()));
        }
        return new Answer(result, answer.isEmpty());
    }

    /**
     * Rewinds the session to where the prompt differs from what it has read, and gives the rest. Templates may move the system's
     * text from turn to turn, and an answer may be cut into other tokens than it was drawn in: both are found here.
     */
    private int[] unread(int[] prompt) {
        int differs = Arrays.mismatch(read, prompt);
        int same = Math.min(differs < 0 ? read.length : differs, prompt.length - 1);
        session.rewind(same);
        return Arrays.copyOfRange(prompt, same, prompt.length);
    }
}
