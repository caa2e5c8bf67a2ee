package moira.engine.chat;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A function that the assistant may call.
 *
 * @param parameters its JSON Schema, as text
 */
public record Tool(String name, String description, String parameters) {
    /** As OpenAI's API has it, in the order that the models saw. */
    Map<String, Object> described() {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", name);
        function.put("description", description);
        function.put("parameters", JsonOrText.of(parameters));
        Map<String, Object> tool = new LinkedHashMap<>();
        tool.put("type", "function");
        tool.put("function", function);
        return tool;
    }
}
