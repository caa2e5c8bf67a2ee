package moira.engine.chat;

import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.tokenizer.Tokenizer;
import tools.jackson.databind.node.ObjectNode;

/** Mistral v3: as v2, but tool calls and their results carry the call's id and are remembered. */
final class MistralV3 extends MistralV2 {
    MistralV3(Tokenizer tokenizer, Map<String, Integer> controls) {
        super(tokenizer, controls);
    }

    @Override
    public String name() {
        return "Mistral v3";
    }

    @Override
    boolean forgetsTools() {
        return false;
    }

    @Override
    ObjectNode describe(ToolCall call) {
        ObjectNode node = super.describe(call);
        return call.id() == null ? node : node.put("id", call.id());
    }

    @Override
    String describe(ChatMessage result) {
        if (result.toolCallId() == null) {
            throw MoiraException.expected("conversation", "a tool result with the id of its call", "one without");
        }
        ObjectNode node = NODES.objectNode().set("content", PythonJson.parseOrText(result.content()));
        return PythonJson.write(node.put("call_id", result.toolCallId()));
    }
}
