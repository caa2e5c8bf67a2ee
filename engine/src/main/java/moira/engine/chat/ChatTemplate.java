package moira.engine.chat;

/** How a conversation is laid out as the ids of a prompt. Immutable, shared by threads. */
public interface ChatTemplate {
    /** The template's name, for people: {@code Mistral v1}. */
    String name();

    /**
     * The ids of a conversation, from the first token to where the model goes on; with a finished answer as the last message, to its end.
     *
     * @throws moira.engine.MoiraException if the conversation is not one that the template can lay out
     */
    int[] prompt(Conversation conversation);
}
