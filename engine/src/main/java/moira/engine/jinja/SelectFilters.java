package moira.engine.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The filters that go through a list with a test, a filter or an attribute. */
final class SelectFilters {
    private SelectFilters() {}

    static void addTo(Map<String, Filter> filters) {
        filters.put("select", (run, value, arguments) -> select(run, value, arguments, true));
        filters.put("reject", (run, value, arguments) -> select(run, value, arguments, false));
        filters.put("selectattr", (run, value, arguments) -> selectByPart(run, value, arguments, true));
        filters.put("rejectattr", (run, value, arguments) -> selectByPart(run, value, arguments, false));
        filters.put("map", SelectFilters::map);
    }

    /** An attribute, one of an attribute ({@code function.name}), or an element. */
    static Object part(Run run, Object value, Object name) {
        if (!(name instanceof Text path)) {
            return Items.item(run, value, name);
        }
        Object part = value;
        for (String one : path.toString().split("\\.")) {
            boolean index = !one.isEmpty() && one.length() < 9 && one.chars().allMatch(c -> c >= '0' && c <= '9');
            part = Items.item(run, part, index ? (Object) Long.valueOf(one) : Text.written(one));
        }
        return part;
    }

    private static Object select(Run run, Object value, Arguments arguments, boolean wanted) {
        Test test = test(arguments, 0);
        Arguments rest = arguments.from(1);
        List<Object> selected = new ArrayList<>();
        for (Object one : Values.elements(run, value)) {
            if (test.holds(run, one, rest) == wanted) {
                selected.add(one);
            }
        }
        return selected;
    }

    private static Object selectByPart(Run run, Object value, Arguments arguments, boolean wanted) {
        Object name = arguments.get(0, "attribute");
        Test test = test(arguments, 1);
        Arguments rest = arguments.from(2);
        List<Object> selected = new ArrayList<>();
        for (Object one : Values.elements(run, value)) {
            if (test.holds(run, part(run, one, name), rest) == wanted) {
                selected.add(one);
            }
        }
        return selected;
    }

    /** The test of that name, or whether a value is true. */
    private static Test test(Arguments arguments, int place) {
        return place < arguments.positional().size()
                ? Tests.named(arguments.text(place, "test", null).toString())
                : (run, value, rest) -> Values.isTrue(value);
    }

    private static Object map(Run run, Object value, Arguments arguments) {
        List<Object> mapped = new ArrayList<>();
        Object attribute = arguments.named().get("attribute");
        Object otherwise = arguments.named().get("default");
        Filter filter = attribute == null
                ? Filters.named(arguments.text(0, "filter", null).toString())
                : null;
        Arguments rest = arguments.from(1);
        for (Object one : Values.elements(run, value)) {
            Object part = filter == null ? part(run, one, attribute) : run.made(filter.apply(run, one, rest));
            mapped.add(part instanceof Undefined && otherwise != null ? otherwise : part);
        }
        return mapped;
    }
}
