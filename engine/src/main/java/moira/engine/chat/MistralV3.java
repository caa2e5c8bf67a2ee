package moira.engine.chat;

import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.jinja.PythonJson;
import moira.engine.tokenizer.Tokenizer;

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
    Map<String, Object> describe(ToolCall call) {
        Map<String, Object> object = super.describe(call);
        if (call.id() != null) {
            object.put("id", call.id());
        }
        return object;
    }

    @Override
    String describe(ChatMessage result) {
        if (result.toolCallId() == null) {
            throw MoiraException.expected("conversation", "a tool result with the id of its call", "one without");
        }
        return PythonJson.write(object("content", JsonOrText.of(result.content()), "call_id", result.toolCallId()));
    }
}
