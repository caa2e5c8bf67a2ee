package moira.engine.chat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import moira.engine.tokenizer.Tokenizer;

/** The templates of Mistral's own library, which knows no text between the ids: one for each of its vocabularies. */
abstract sealed class MistralTemplate implements ChatTemplate permits MistralV1, MistralV2 {
    private final Tokenizer tokenizer;
    private final Map<String, Integer> controls;

    MistralTemplate(Tokenizer tokenizer, Map<String, Integer> controls) {
        this.tokenizer = tokenizer;
        this.controls = controls;
    }

    /** The id of {@code ▁} in the vocabulary of v1, which has no control piece of its own to tell it by. */
    private static final int SPACE_OF_V1 = 28_705;

    /** The template that a vocabulary was made for; empty if it is none of Mistral's. */
    static Optional<ChatTemplate> knownBy(Tokenizer tokenizer) {
        Map<String, Integer> controls = PromptIds.controls(tokenizer);
        if (controls.containsKey("[INST]")) {
            // v3 brought pieces for images and for filling in the middle.
            boolean v3 = controls.containsKey("[PREFIX]") || controls.containsKey("[IMG]");
            return Optional.of(v3 ? new MistralV3(tokenizer, controls) : new MistralV2(tokenizer, controls));
        }
        boolean v1 =
                tokenizer.size() > SPACE_OF_V1 && tokenizer.piece(SPACE_OF_V1).equals("▁");
        return v1 ? Optional.of(new MistralV1(tokenizer, controls)) : Optional.empty();
    }

    /** A template by its name, whatever the vocabulary. */
    static Optional<ChatTemplate> named(String name, Tokenizer tokenizer) {
        Map<String, Integer> controls = PromptIds.controls(tokenizer);
        return switch (name) {
            case "mistral-v1" -> Optional.of(new MistralV1(tokenizer, controls));
            case "mistral-v2" -> Optional.of(new MistralV2(tokenizer, controls));
            case "mistral-v3" -> Optional.of(new MistralV3(tokenizer, controls));
            default -> Optional.empty();
        };
    }

    @Override
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
