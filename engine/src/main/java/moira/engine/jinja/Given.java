package moira.engine.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Plain Java values as a template's. */
final class Given {
    private Given() {}

    /** What somebody said. */
    static Object said(Object value) {
        return of(value, Text::said);
    }

    /** What belongs to the model, as the template does. */
    static Object written(Object value) {
        return of(value, Text::written);
    }

    private static Object of(Object value, Function<String, Text> texts) {
        return switch (value) {
            case String text -> texts.apply(text);
            case Integer number -> number.longValue();
            case List<?> list -> {
                List<Object> values = new ArrayList<>(list.size());
                list.forEach(one -> values.add(of(one, texts)));
                yield values;
            }
            case Map<?, ?> map -> {
                Map<Object, Object> values = new LinkedHashMap<>();
                map.forEach((key, one) -> values.put(of(key, texts), of(one, texts)));
                yield values;
            }
            case null, default -> value;
        };
    }

    /** Characters of all texts together. */
    static long characters(Object value) {
        return switch (value) {
            case Text text -> text.length();
            case List<?> list -> list.stream().mapToLong(Given::characters).sum();
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .mapToLong(entry -> characters(entry.getKey()) + characters(entry.getValue()))
                        .sum();
            case null, default -> 1;
        };
    }
}
