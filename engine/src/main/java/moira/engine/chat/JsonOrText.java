package moira.engine.chat;

import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What tools are called with and what they answer: JSON where it is JSON. */
final class JsonOrText {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonOrText() {}

    /** The JSON that a text holds, as plain Java values; a text that is no JSON as itself, an empty one as an empty object. */
    static Object of(String text) {
        if (text.isEmpty()) {
            return Map.of();
        }
        try {
            Object value = JSON.readValue(text, Object.class);
            return value == null && !text.strip().equals("null") ? text : value;
        } catch (JacksonException notJson) {
            return text;
        }
    }
}
