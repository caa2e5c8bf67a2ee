package moira.engine.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What texts, maps and lists can do. Nothing changes its value: templates of the transformers library may not either. */
final class Methods {
    private static final Set<String> CHANGING = Set.of(
            "append",
            "extend",
            "insert",
            "pop",
            "remove",
            "reverse",
            "sort",
            "clear",
            "update",
            "setdefault",
            "popitem");

    private Methods() {}

    /** The method of a value, bound to it, or null if it has none of that name. */
    static Callable of(Object owner, String name) {
        return switch (owner) {
            case Text text -> TextMethods.of(text, name);
            case Map<?, ?> map -> ofMap(map, name);
            case List<?> list -> ofList(list, name);
            case null, default -> null;
        };
    }

    private static Callable ofMap(Map<?, ?> map, String name) {
        return switch (name) {
            case "items" -> (run, arguments) -> items(map);
            case "keys" -> (run, arguments) -> new ArrayList<Object>(map.keySet());
            case "values" -> (run, arguments) -> new ArrayList<Object>(map.values());
            case "get" ->
                (run, arguments) -> {
                    Object key = Values.key(arguments.get(0, "key"));
                    return map.containsKey(key) ? map.get(key) : arguments.get(1, "default", null);
                };
            case "copy" -> (run, arguments) -> map;
            default -> changing(name);
        };
    }

    static List<Object> items(Map<?, ?> map) {
        List<Object> items = new ArrayList<>(map.size());
        map.forEach((key, value) -> {
            List<Object> pair = new ArrayList<>();
            pair.add(key);
            pair.add(value);
            items.add(Tuple.of(pair));
        });
        return items;
    }

    private static Callable ofList(List<?> list, String name) {
        return switch (name) {
            case "index" ->
                (run, arguments) -> {
                    Object wanted = arguments.get(0, "value");
                    for (int i = 0; i < list.size(); i++) {
                        if (Values.equal(run, list.get(i), wanted)) {
                            return (long) i;
                        }
                    }
                    throw new Problem("a value is not in the list");
                };
            case "count" ->
                (run, arguments) -> {
                    Object wanted = arguments.get(0, "value");
                    return list.stream()
                            .filter(one -> Values.equal(run, one, wanted))
                            .count();
                };
            case "copy" -> (run, arguments) -> list;
            default -> changing(name);
        };
    }

    private static Callable changing(String name) {
        if (!CHANGING.contains(name)) {
            return null;
        }
        return (run, arguments) -> {
            throw new Problem("'" + name + "' would change a value, which a template may not");
        };
    }
}
