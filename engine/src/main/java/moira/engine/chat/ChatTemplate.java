package moira.engine.chat;

import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.tokenizer.Tokenizer;

/** How a conversation is laid out as the ids of a prompt. Immutable, shared by threads. */
public abstract sealed class ChatTemplate permits MistralV1, MistralV2 {
    private final Tokenizer tokenizer;
    private final Map<String, Integer> controls;

    ChatTemplate(Tokenizer tokenizer, Map<String, Integer> controls) {
        this.tokenizer = tokenizer;
        this.controls = controls;
    }

    /**
     * The template that a vocabulary was made for. Those of v1 know no {@code [INST]}; v3 brought pieces for images and for filling
     * in the middle.
     */
    public static ChatTemplate of(Tokenizer tokenizer) {
        Map<String, Integer> controls = PromptIds.controls(tokenizer);
        if (!controls.containsKey("[INST]")) {
            return new MistralV1(tokenizer, controls);
        }
        boolean v3 = controls.containsKey("[PREFIX]") || controls.containsKey("[IMG]");
        return v3 ? new MistralV3(tokenizer, controls) : new MistralV2(tokenizer, controls);
    }

    /** The template's name: {@code Mistral v1}. */
    public abstract String name();

    /**
     * The ids of a conversation, from BOS to where the model goes on; with a finished answer as the last message, to its EOS.
     *
     * @throws MoiraException if the conversation is not one that the template can lay out
     */
    public final int[] prompt(Conversation conversation) {
        Turns turns = Turns.of(conversation);
        PromptIds ids = new PromptIds(tokenizer, controls).bos();
        int last = turns.turns().size() - 1;
        for (int i = 0; i <= last; i++) {
            ChatMessage turn = turns.turns().get(i);
            boolean history = i < turns.lastUser();
            switch (turn.role()) {
                case USER ->
                    user(
                            ids,
                            turn.content(),
                            systemOf(turns, i),
                            i == turns.lastUser() ? conversation.tools() : List.of());
                case ASSISTANT -> assistant(ids, turn, history, turns.open() && i == last);
                case TOOL -> toolResult(ids, turn, history);
                case SYSTEM -> throw new IllegalStateException("the system has no turn");
            }
        }
        return ids.toArray();
    }

    private String systemOf(Turns turns, int turn) {
        boolean here = turn == systemTurn(turns) && !turns.system().isEmpty();
        return here ? turns.system() + Turns.BLANK_LINE : "";
    }

    private void assistant(PromptIds ids, ChatMessage turn, boolean history, boolean open) {
        if (!turn.toolCalls().isEmpty()) {
            toolCalls(ids, turn.toolCalls(), history);
            return;
        }
        answer(ids, turn.content());
        if (!open) {
            ids.eos();
        }
    }

    /** Which turn of the user the system's text goes in front of. */
    abstract int systemTurn(Turns turns);

    /**
     * @param system what goes before the content; empty in all turns but one
     * @param tools what the assistant may call; empty in all turns but the last of the user
     */
    abstract void user(PromptIds ids, String content, String system, List<Tool> tools);

    abstract void answer(PromptIds ids, String content);

    /** @param history whether the user spoke again since */
    abstract void toolCalls(PromptIds ids, List<ToolCall> calls, boolean history);

    /** @param history whether the user spoke again since */
    abstract void toolResult(PromptIds ids, ChatMessage result, boolean history);
}
