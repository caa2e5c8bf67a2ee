package moira.engine.chat;

import java.util.List;

/**
 * What a prompt is made of.
 *
 * @param tools what the assistant may call
 * @param continueFinalMessage whether the model goes on with the last message, which is the assistant's
 */
public record Conversation(List<ChatMessage> messages, List<Tool> tools, boolean continueFinalMessage) {
    public Conversation {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }

    /** A conversation without tools, for the model to answer. */
    public static Conversation of(List<ChatMessage> messages) {
        return new Conversation(messages, List.of(), false);
    }
}
