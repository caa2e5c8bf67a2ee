package moira.engine.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The functions that every template can call. */
final class Functions {
    /** As in jinja2's sandbox. */
    private static final long LARGEST_RANGE = 100_000;

    private static final Map<Character, String> DATES = Map.ofEntries(
            Map.entry('Y', "uuuu"),
            Map.entry('y', "uu"),
            Map.entry('m', "MM"),
            Map.entry('d', "dd"),
            Map.entry('B', "MMMM"),
            Map.entry('b', "MMM"),
            Map.entry('A', "EEEE"),
            Map.entry('a', "EEE"),
            Map.entry('H', "HH"),
            Map.entry('I', "hh"),
            Map.entry('M', "mm"),
            Map.entry('S', "ss"),
            Map.entry('p', "a"),
            Map.entry('j', "DDD"),
            Map.entry('F', "uuuu-MM-dd"),
            Map.entry('T', "HH:mm:ss"));

    private Functions() {}

    /** A scope that has them. */
    static Scope scope() {
        Scope scope = new Scope(null);
        scope.set("range", (Callable) (run, arguments) -> range(arguments));
        scope.set("namespace", (Callable) (run, arguments) -> namespace(arguments));
        scope.set("dict", (Callable) (run, arguments) -> dict(arguments));
        scope.set("raise_exception", (Callable) (run, arguments) -> {
            throw new Problem(Words.of(run, arguments.get(0, "message")).toString());
        });
        scope.set("strftime_now", (Callable) (run, arguments) -> date(run.now(), arguments.text(0, "format", null)));
        return scope;
    }

    private static List<Object> range(Arguments arguments) {
        int given = arguments.positional().size();
        long from = given > 1 ? Numbers.integer(arguments.get(0, "start")) : 0;
        long to = Numbers.integer(arguments.get(given > 1 ? 1 : 0, "stop"));
        long step = given > 2 ? Numbers.integer(arguments.get(2, "step")) : 1;
        if (step == 0) {
            throw new Problem("range() needs a step that is not zero");
        }
        List<Object> range = new ArrayList<>();
        // Beyond the last number a sum may overflow to the other side, which is no part of the range either.
        for (long i = from; step > 0 ? i < to && i >= from : i > to && i <= from; i += step) {
            if (range.size() == LARGEST_RANGE) {
                throw new Problem("range() of more than " + LARGEST_RANGE + " numbers");
            }
            range.add(i);
        }
        return range;
    }

    private static Namespace namespace(Arguments arguments) {
        Namespace namespace = new Namespace();
        dict(arguments).forEach((name, value) -> namespace.set(name.toString(), value));
        return namespace;
    }

    private static Map<Object, Object> dict(Arguments arguments) {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (Object one : arguments.positional()) {
            if (!(one instanceof Map<?, ?> other)) {
                throw new Problem("expected a dict, found a value of type " + Words.type(one));
            }
            map.putAll(other);
        }
        arguments.named().forEach((name, value) -> map.put(Text.written(name), value));
        return map;
    }

    /** Names of days and months are English, as where the models were trained. */
    private static Text date(LocalDateTime now, Text format) {
        String chars = format.toString();
        Text.Builder out = new Text.Builder();
        for (int i = 0; i < chars.length(); i++) {
            if (chars.charAt(i) != '%' || i + 1 == chars.length()) {
                out.append(format, i, i + 1);
                continue;
            }
            i++;
            boolean bare = chars.charAt(i) == '-' && i + 1 < chars.length();
            i += bare ? 1 : 0;
            String pattern = DATES.get(chars.charAt(i));
            if (pattern == null) {
                out.append(format, chars.charAt(i) == '%' ? i : i - 1, i + 1);
                continue;
            }
            String date = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(now);
            out.write(bare ? date.replaceFirst("^0+(?=.)", "") : date);
        }
        return out.toText();
    }
}
