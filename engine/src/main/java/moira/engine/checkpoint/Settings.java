package moira.engine.checkpoint;

import java.lang.reflect.Array;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;

/**
 * Named values of a model's file. JSON's null is as good as no value.
 *
 * @param where the file, for errors
 */
record Settings(Map<String, Object> values, String where) {

    boolean has(String key) {
        return values.get(key) != null;
    }

    /** A whole number from 1 to 2^31 - 1. */
    int positive(String key) {
        return (int) number(key, 1);
    }

    int positive(String key, int otherwise) {
        return has(key) ? positive(key) : otherwise;
    }

    /** A whole number from 0 to 2^31 - 1; 0 if there is none. */
    int natural(String key) {
        return has(key) ? (int) number(key, 0) : 0;
    }

    private long number(String key, int least) {
        Object value = values.get(key);
        if ((value instanceof Long || value instanceof Integer)
                && ((Number) value).longValue() >= least
                && ((Number) value).longValue() <= Integer.MAX_VALUE) {
            return ((Number) value).longValue();
        }
        throw unexpected(key, "a whole number from " + least + " to " + Integer.MAX_VALUE);
    }

    float positiveFloat(String key) {
        Object value = values.get(key);
        if (value instanceof Number number && number.floatValue() > 0 && Float.isFinite(number.floatValue())) {
            return number.floatValue();
        }
        throw unexpected(key, "a positive number");
    }

    float positiveFloat(String key, float otherwise) {
        return has(key) ? positiveFloat(key) : otherwise;
    }

    /** A text; the other one if there is none. */
    String text(String key, String otherwise) {
        return switch (values.get(key)) {
            case null -> otherwise;
            case String text -> text;
            default -> throw unexpected(key, "a text");
        };
    }

    boolean truth(String key, boolean otherwise) {
        return switch (values.get(key)) {
            case null -> otherwise;
            case Boolean truth -> truth;
            default -> throw unexpected(key, "true or false");
        };
    }

    /** Refuses a setting that changes what a decoder computes, unless it has the one value that changes nothing. */
    void allowOnly(String key, Object neutral) {
        if (has(key) && !values.get(key).equals(neutral)) {
            throw unexpected(key, neutral + ", as nothing else is supported");
        }
    }

    MoiraException unexpected(String key, String expected) {
        return MoiraException.expected(where + ": " + key, expected, describe(values.get(key)));
    }

    /** A value in a few words. */
    static String describe(Object value) {
        return switch (value) {
            case null -> "none";
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            case String text -> '"' + (text.length() > 80 ? text.substring(0, 80) + "..." : text) + '"';
            case Map<?, ?> _ -> "an object";
            case List<?> list -> "a list of " + list.size();
            default -> value.getClass().isArray() ? "a list of " + Array.getLength(value) : "a value of another kind";
        };
    }
}
