package moira.engine.chat;

import java.util.List;
import java.util.Map;
import moira.engine.tokenizer.Tokenizer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Mistral v2: control pieces around every turn; the tools stand before the user's last turn and the system's text in it; tool calls
 * and results are forgotten once the user speaks again.
 */
sealed class MistralV2 extends ChatTemplate permits MistralV3 {
    static final JsonNodeFactory NODES = JsonNodeFactory.instance;

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
            ArrayNode list = NODES.arrayNode();
            tools.forEach(tool -> list.add(describe(tool)));
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
        ArrayNode list = NODES.arrayNode();
        calls.forEach(call -> list.add(describe(call)));
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

    ObjectNode describe(ToolCall call) {
        return NODES.objectNode().put("name", call.name()).set("arguments", PythonJson.parseOrText(call.arguments()));
    }

    /** A tool's result as JSON. */
    String describe(ChatMessage result) {
        ObjectNode node = NODES.objectNode()
                .put("name", result.toolName())
                .set("content", PythonJson.parseOrText(result.content()));
        return PythonJson.write(NODES.arrayNode().add(node));
    }

    private static ObjectNode describe(Tool tool) {
        ObjectNode function = NODES.objectNode()
                .put("name", tool.name())
                .put("description", tool.description())
                .set("parameters", PythonJson.parseOrText(tool.parameters()));
        return NODES.objectNode().put("type", "function").set("function", function);
    }
}
