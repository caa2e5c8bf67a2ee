package moira.engine.chat;

import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.tokenizer.Tokenizer;

/**
 * Mistral v1, of Mistral 7B and Mixtral 8x7B: {@code [INST]} and {@code [/INST]} are plain text, the system's text goes before the
 * user's first, and there are no tools.
 */
final class MistralV1 extends MistralTemplate {
    MistralV1(Tokenizer tokenizer, Map<String, Integer> controls) {
        super(tokenizer, controls);
    }

    @Override
    public String name() {
        return "Mistral v1";
    }

    @Override
    int systemTurn(Turns turns) {
        return 0;
    }

    @Override
    void user(PromptIds ids, String content, String system, List<Tool> tools) {
        if (!tools.isEmpty()) {
            throw noTools();
        }
        ids.text("[INST] " + system + content + " [/INST]");
    }

    @Override
    void answer(PromptIds ids, String content) {
        ids.text(content);
    }

    @Override
    void toolCalls(PromptIds ids, List<ToolCall> calls, boolean history) {
        throw noTools();
    }

    @Override
    void toolResult(PromptIds ids, ChatMessage result, boolean history) {
        throw noTools();
    }

    private static MoiraException noTools() {
        return MoiraException.expected("conversation", "no tools, which Mistral v1 does not know", "some");
    }
}
