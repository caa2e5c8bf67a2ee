package moira.engine.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.Reason;
import moira.engine.family.Settings;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.json.JsonMapper;

/** The JSON in and beside model files. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Json() {}

    /**
     * A JSON object as plain Java values.
     *
     * @throws MoiraException if it is no JSON, no object, or names a key twice
     */
    public static Map<String, Object> object(byte[] json, String where) {
        return object(value(json, where), where);
    }

    /** The same object, with its keys known to be texts. */
    static Map<String, Object> object(Object value, String where) {
        if (!(value instanceof Map<?, ?> map)) {
            throw MoiraException.expected(where, "a JSON object", Settings.describe(value));
        }
        Map<String, Object> object = new LinkedHashMap<>();
        map.forEach((key, member) -> object.put((String) key, member));
        return object;
    }

    private static Object value(byte[] json, String where) {
        try {
            return MAPPER.readValue(json, Object.class);
        } catch (JacksonException e) {
            throw new MoiraException(where + ": expected a JSON object, found " + Reason.of(e), e);
        }
    }
}
