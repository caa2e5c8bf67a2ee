package moira.engine.family;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import moira.engine.MoiraException;

/** Named values of a model's file; what was asked for is remembered, so that what nobody read can be told. JSON's null is as good as no value. */
public final class Settings {
    private static final int MOST_CHARACTERS = 80;

    private final Map<String, Object> values;
    private final String where;
    private final Set<String> read = new TreeSet<>();
    private final Set<String> ignored = new HashSet<>();

    /** @param where the file, for errors */
    public Settings(Map<String, Object> values, String where) {
        this.values = values;
        this.where = where;
    }

    public String where() {
        return where;
    }

    /** The value of a key; null if there is none. */
    public Object get(String key) {
        read.add(key);
        return values.get(key);
    }

    public boolean has(String key) {
        return get(key) != null;
    }

    /** The first of some keys that has a value, or else the first. */
    public String first(List<String> keys) {
        read.addAll(keys);
        return keys.stream().filter(key -> values.get(key) != null).findFirst().orElse(keys.getFirst());
    }

    /** A whole number from 1 to 2^31 - 1. */
    public int positive(String key) {
        return (int) number(key, 1);
    }

    public int positive(String key, int otherwise) {
        return has(key) ? positive(key) : otherwise;
    }

    /** A whole number from 0 to 2^31 - 1; 0 if there is none. */
    public int natural(String key) {
        return has(key) ? (int) number(key, 0) : 0;
    }

    private long number(String key, int least) {
        Object value = get(key);
        boolean whole = value instanceof Long
                || value instanceof Integer
                || (value instanceof Double d && d == Math.rint(d) && Math.abs(d) <= Integer.MAX_VALUE);
        if (whole && ((Number) value).longValue() >= least && ((Number) value).longValue() <= Integer.MAX_VALUE) {
            return ((Number) value).longValue();
        }
        throw unexpected(key, "a whole number from " + least + " to " + Integer.MAX_VALUE);
    }

    public float positiveFloat(String key) {
        if (get(key) instanceof Number number && number.floatValue() > 0 && Float.isFinite(number.floatValue())) {
            return number.floatValue();
        }
        throw unexpected(key, "a positive number");
    }

    public float positiveFloat(String key, float otherwise) {
        return has(key) ? positiveFloat(key) : otherwise;
    }

    /** A number that may be 0, which then means what no number means. */
    public float naturalFloat(String key) {
        return switch (get(key)) {
            case null -> 0;
            case Number number
            when number.floatValue() >= 0 && Float.isFinite(number.floatValue()) -> number.floatValue();
            default -> throw unexpected(key, "a number from 0");
        };
    }

    /** Numbers, as many as there are. */
    public List<Float> floats(String key) {
        if (!(get(key) instanceof List<?> list)) {
            throw unexpected(key, "a list of numbers");
        }
        List<Float> numbers = new ArrayList<>();
        for (Object value : list) {
            if (!(value instanceof Number number) || !(number.floatValue() > 0)) {
                throw MoiraException.expected(where + ": " + key, "positive numbers", describe(value));
            }
            numbers.add(number.floatValue());
        }
        return numbers;
    }

    /** A text; the other one if there is none. */
    public String text(String key, String otherwise) {
        return switch (get(key)) {
            case null -> otherwise;
            case String text -> text;
            default -> throw unexpected(key, "a text");
        };
    }

    public boolean truth(String key, boolean otherwise) {
        return switch (get(key)) {
            case null -> otherwise;
            case Boolean truth -> truth;
            default -> throw unexpected(key, "true or false");
        };
    }

    /** The settings in an object; none where there is no such object. */
    public Settings within(String key) {
        String inside = where + ": " + key;
        return switch (get(key)) {
            case null -> new Settings(Map.of(), inside);
            case Map<?, ?> map -> {
                Map<String, Object> object = new LinkedHashMap<>();
                map.forEach((name, value) -> object.put(String.valueOf(name), value));
                yield new Settings(object, inside);
            }
            default -> throw unexpected(key, "a JSON object");
        };
    }

    /** Refuses a setting that changes what a decoder computes, unless it has the one value that changes nothing. */
    public void allowOnly(String key, Object neutral) {
        Object value = get(key);
        boolean same = value == null
                || value.equals(neutral)
                || (value instanceof Number found
                        && neutral instanceof Number number
                        && found.doubleValue() == number.doubleValue());
        if (!same) {
            throw unexpected(key, neutral + ", as nothing else is supported");
        }
    }

    /** Settings of such names are for others to read. */
    public void ignore(Set<String> names) {
        ignored.addAll(names);
    }

    /**
     * Refuses what nobody read: it may change what the model computes. Values that switch nothing on are let be.
     *
     * @param prefix of the names that count
     */
    public void requireAllRead(String prefix) {
        values.forEach((key, value) -> {
            if (key.startsWith(prefix) && !read.contains(key) && !ignored.contains(key) && !isOff(value)) {
                String names = read.stream()
                        .filter(name -> name.startsWith(prefix))
                        .map(name -> name.substring(prefix.length()))
                        .collect(Collectors.joining(", "));
                throw MoiraException.expected(
                        where + ": " + key, "a setting that is read (" + names + ")", describe(value));
            }
        });
    }

    private static boolean isOff(Object value) {
        return switch (value) {
            case null -> true;
            case Boolean truth -> !truth;
            case Number number -> number.doubleValue() == 0;
            case String text -> text.isEmpty();
            case List<?> list -> list.isEmpty();
            case Map<?, ?> map -> map.isEmpty();
            default -> false;
        };
    }

    public MoiraException unexpected(String key, String expected) {
        return MoiraException.expected(where + ": " + key, expected, describe(values.get(key)));
    }

    /** A value in a few words. */
    public static String describe(Object value) {
        return switch (value) {
            case null -> "none";
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            case String text ->
                '"' + (text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) + "..." : text) + '"';
            case Map<?, ?> _ -> "an object";
            case List<?> list -> "a list of " + list.size();
            default -> value.getClass().isArray() ? "a list of " + Array.getLength(value) : "a value of another kind";
        };
    }
}
