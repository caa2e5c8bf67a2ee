package moira.engine.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The filters by name, and those on values of any kind. */
final class Filters {
    private static final Map<String, Filter> FILTERS = new HashMap<>();

    static {
        FILTERS.put("default", Filters::otherwise);
        FILTERS.put("d", Filters::otherwise);
        FILTERS.put("string", (run, value, arguments) -> Words.of(run, value));
        FILTERS.put("safe", (run, value, arguments) -> Words.of(run, value));
        FILTERS.put("length", (run, value, arguments) -> length(value));
        FILTERS.put("count", (run, value, arguments) -> length(value));
        FILTERS.put("tojson", Filters::json);
        FILTERS.put("int", Filters::whole);
        FILTERS.put("float", Filters::real);
        FILTERS.put(
                "abs",
                (run, value, arguments) -> Numbers.isNumber(value) && Numbers.real(value) < 0
                        ? Numbers.negated(value)
                        : Numbers.apply("+", value, 0L));
        FILTERS.put("round", Filters::round);
        FILTERS.put(
                "attr",
                (run, value, arguments) ->
                        Items.attribute(value, arguments.text(0, "name", null).toString()));
        ListFilters.addTo(FILTERS);
        SelectFilters.addTo(FILTERS);
        TextFilters.addTo(FILTERS);
    }

    private Filters() {}

    static Filter named(String name) {
        Filter filter = FILTERS.get(name);
        if (filter == null) {
            throw new Problem("no filter is named '" + name + "'; there are "
                    + String.join(", ", new TreeSet<>(FILTERS.keySet())));
        }
        return (run, value, arguments) -> {
            run.look(Values.extent(value));
            return filter.apply(run, value, arguments);
        };
    }

    private static Object otherwise(Run run, Object value, Arguments arguments) {
        boolean empty = Values.isTrue(arguments.get(1, "boolean", false)) && !Values.isTrue(value);
        return value instanceof Undefined || empty ? arguments.get(0, "default_value", Text.EMPTY) : value;
    }

    private static Object length(Object value) {
        return switch (value) {
            case Text text -> (long) text.size();
            case List<?> _, Map<?, ?> _ -> (long) Values.extent(value);
            case Undefined _ -> 0L;
            case null, default -> throw new Problem("a value of type " + Words.type(value) + " has no length");
        };
    }

    private static Object json(Run run, Object value, Arguments arguments) {
        boolean ascii = Values.isTrue(arguments.get(0, "ensure_ascii", false));
        Object indent = arguments.get(1, "indent", null);
        String step = indent == null ? null : indent(indent);
        String comma = indent == null ? ", " : ",";
        String colon = ": ";
        Object separators = arguments.get(2, "separators", null);
        if (separators instanceof List<?> two && two.size() == 2) {
            comma = Values.text(two.get(0)).toString();
            colon = Values.text(two.get(1)).toString();
        }
        boolean sorted = Values.isTrue(arguments.get(3, "sort_keys", false));
        return PythonJson.text(value, new PythonJson.Layout(step, comma, colon, ascii, sorted));
    }

    private static String indent(Object indent) {
        return indent instanceof Text text
                ? text.toString()
                : " ".repeat((int) Math.clamp(Numbers.integer(indent), 0, Byte.MAX_VALUE));
    }

    private static Object whole(Run run, Object value, Arguments arguments) {
        Object otherwise = arguments.get(0, "default", 0L);
        try {
            return switch (value) {
                case Text text -> Long.valueOf(text.toString().strip().replace("_", ""));
                case Double number -> number.longValue();
                case null -> otherwise;
                default -> Numbers.isNumber(value) ? Numbers.integer(value) : otherwise;
            };
        } catch (NumberFormatException e) {
            return real(run, value, Arguments.NONE) instanceof Double number && number != 0
                    ? number.longValue()
                    : otherwise;
        }
    }

    private static Object real(Run run, Object value, Arguments arguments) {
        Object otherwise = arguments.get(0, "default", 0.0);
        try {
            return value instanceof Text text
                    ? Double.valueOf(text.toString().strip())
                    : Numbers.isNumber(value) ? (Object) Numbers.real(value) : otherwise;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static Object round(Run run, Object value, Arguments arguments) {
        double scale = Math.pow(10, arguments.count(0, "precision", 0));
        double scaled = (double) Numbers.apply("*", value, scale);
        return switch (arguments.text(1, "method", Text.written("common")).toString()) {
            case "ceil" -> Math.ceil(scaled) / scale;
            case "floor" -> Math.floor(scaled) / scale;
            default -> Math.rint(scaled) / scale;
        };
    }
}
