package moira.engine.chat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.engine.jinja.PythonJson;
import moira.engine.tokenizer.Tokenizer;

/**
 * Mistral v2: control pieces around every turn; the tools stand before the user's last turn and the system's text in it; tool calls
 * and results are forgotten once the user speaks again.
 */
sealed class MistralV2 extends MistralTemplate permits MistralV3 {
    MistralV2(Tokenizer tokenizer, Map<String, Integer> controls) {
        super(tokenizer, controls);
    }

    @Override
    public String name() {
        return "Mistral v2";
    }

    @Override
    final int systemTurn(Turns turns) {
        return turns.lastUser();
    }

    @Override
    final void user(PromptIds ids, String content, String system, List<Tool> tools) {
        if (!tools.isEmpty()) {
            List<?> list = tools.stream().map(Tool::described).toList();
            ids.control("[AVAILABLE_TOOLS]").text(PythonJson.write(list)).control("[/AVAILABLE_TOOLS]");
        }
        ids.control("[INST]").text(system + content).control("[/INST]");
    }

    @Override
    final void answer(PromptIds ids, String content) {
        int end = content.length();
        while (end > 0 && content.charAt(end - 1) == ' ') {
            end--;
        }
        ids.text(content.substring(0, end));
    }

    @Override
    final void toolCalls(PromptIds ids, List<ToolCall> calls, boolean history) {
        if (history && forgetsTools()) {
            return;
        }
        List<?> list = calls.stream().map(this::describe).toList();
        ids.control("[TOOL_CALLS]").text(PythonJson.write(list)).eos();
    }

    @Override
    final void toolResult(PromptIds ids, ChatMessage result, boolean history) {
        if (!history || !forgetsTools()) {
            ids.control("[TOOL_RESULTS]").text(describe(result)).control("[/TOOL_RESULTS]");
        }
    }

    /** Whether tool calls and results before the user's last turn are left out. */
    boolean forgetsTools() {
        return true;
    }

    Map<String, Object> describe(ToolCall call) {
        return object("name", call.name(), "arguments", JsonOrText.of(call.arguments()));
    }

    /** A tool's result as JSON. */
    String describe(ChatMessage result) {
        return PythonJson.write(List.of(object("name", result.toolName(), "content", JsonOrText.of(result.content()))));
    }

    /** Two members in their order. */
    static Map<String, Object> object(String first, Object firstValue, String second, Object secondValue) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put(first, firstValue);
        object.put(second, secondValue);
        return object;
    }
}
