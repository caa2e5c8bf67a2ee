package moira.engine.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The filters on lists, and on what can be gone through like one. */
final class ListFilters {
    private static final Undefined NO_ELEMENT = new Undefined("an empty list has no such element");

    private ListFilters() {}

    static void addTo(Map<String, Filter> filters) {
        filters.put("list", (run, value, arguments) -> Values.elements(run, value));
        filters.put("first", (run, value, arguments) -> at(Values.elements(run, value), 0));
        filters.put("last", (run, value, arguments) -> {
            List<Object> all = Values.elements(run, value);
            return at(all, all.size() - 1);
        });
        filters.put("join", ListFilters::join);
        filters.put("reverse", ListFilters::reverse);
        filters.put("sort", ListFilters::sort);
        filters.put("unique", ListFilters::unique);
        filters.put("sum", ListFilters::sum);
        filters.put("min", (run, value, arguments) -> extreme(run, value, arguments, -1));
        filters.put("max", (run, value, arguments) -> extreme(run, value, arguments, 1));
        filters.put("items", (run, value, arguments) -> items(value));
        filters.put("dictsort", ListFilters::sortedItems);
        filters.put("batch", ListFilters::batch);
    }

    private static Object at(List<Object> list, int index) {
        return index >= 0 && index < list.size() ? list.get(index) : NO_ELEMENT;
    }

    private static Object join(Run run, Object value, Arguments arguments) {
        Text between = arguments.text(0, "d", Text.EMPTY);
        Object attribute = arguments.get(1, "attribute", null);
        Text.Builder joined = new Text.Builder();
        List<Object> elements = Values.elements(run, value);
        for (int i = 0; i < elements.size(); i++) {
            Object one = attribute == null ? elements.get(i) : SelectFilters.part(run, elements.get(i), attribute);
            joined.append(i == 0 ? Text.EMPTY : between).append(Words.of(run, one));
        }
        return joined.toText();
    }

    private static Object reverse(Run run, Object value, Arguments arguments) {
        return Slices.of(run, value instanceof Text ? value : Values.elements(run, value), null, null, -1L);
    }

    private static Object sort(Run run, Object value, Arguments arguments) {
        boolean reverse = Values.isTrue(arguments.get(0, "reverse", false));
        boolean cased = Values.isTrue(arguments.get(1, "case_sensitive", false));
        Object attribute = arguments.get(2, "attribute", null);
        List<Object> sorted = Values.elements(run, value);
        Comparator<Object> order = (left, right) -> Values.order(
                run,
                "<",
                folded(attribute == null ? left : SelectFilters.part(run, left, attribute), cased),
                folded(attribute == null ? right : SelectFilters.part(run, right, attribute), cased));
        sorted.sort(reverse ? order.reversed() : order);
        return sorted;
    }

    private static Object folded(Object value, boolean cased) {
        return value instanceof Text text && !cased ? TextMethods.lower(text) : value;
    }

    private static Object unique(Run run, Object value, Arguments arguments) {
        List<Object> seen = new ArrayList<>();
        List<Object> unique = new ArrayList<>();
        for (Object one : Values.elements(run, value)) {
            Object key = folded(one, Values.isTrue(arguments.get(0, "case_sensitive", false)));
            if (seen.stream().noneMatch(other -> Values.equal(run, other, key))) {
                seen.add(key);
                unique.add(one);
            }
        }
        return unique;
    }

    private static Object sum(Run run, Object value, Arguments arguments) {
        Object attribute = arguments.get(0, "attribute", null);
        Object sum = arguments.get(1, "start", 0L);
        for (Object one : Values.elements(run, value)) {
            sum = Operators.apply(run, "+", sum, attribute == null ? one : SelectFilters.part(run, one, attribute));
        }
        return sum;
    }

    private static Object extreme(Run run, Object value, Arguments arguments, int sign) {
        boolean cased = Values.isTrue(arguments.get(0, "case_sensitive", false));
        Object best = NO_ELEMENT;
        for (Object one : Values.elements(run, value)) {
            if (best instanceof Undefined
                    || sign * Values.order(run, "<", folded(one, cased), folded(best, cased)) > 0) {
                best = one;
            }
        }
        return best;
    }

    private static Object items(Object value) {
        if (value instanceof Undefined) {
            return List.of();
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw new Problem("expected a dict, found a value of type " + Words.type(value));
        }
        return Methods.items(map);
    }

    private static Object sortedItems(Run run, Object value, Arguments arguments) {
        boolean cased = Values.isTrue(arguments.get(0, "case_sensitive", false));
        int by = arguments.text(1, "by", Text.written("key")).toString().equals("value") ? 1 : 0;
        List<Object> items = new ArrayList<>((List<?>) items(value));
        items.sort((left, right) ->
                Values.order(run, "<", folded(((Tuple) left).get(by), cased), folded(((Tuple) right).get(by), cased)));
        if (Values.isTrue(arguments.get(2, "reverse", false))) {
            Collections.reverse(items);
        }
        return items;
    }

    private static Object batch(Run run, Object value, Arguments arguments) {
        int size = Math.max(1, arguments.count(0, "linecount", 1));
        List<Object> all = Values.elements(run, value);
        List<Object> batches = new ArrayList<>();
        for (int i = 0; i < all.size(); i += size) {
            batches.add(new ArrayList<>(all.subList(i, Math.min(all.size(), i + size))));
        }
        return batches;
    }
}
