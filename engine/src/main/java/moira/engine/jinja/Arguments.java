package moira.engine.jinja;

import java.util.List;
import java.util.Map;

/** What a function, a filter or a test is called with. */
record Arguments(List<Object> positional, Map<String, Object> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    /** An argument by its place or its name. */
    Object get(int place, String name, Object otherwise) {
        return place < positional.size() ? positional.get(place) : named.getOrDefault(name, otherwise);
    }

    /** The same where it must be given. */
    Object get(int place, String name) {
        if (place >= positional.size() && !named.containsKey(name)) {
            throw new Problem("an argument '" + name + "' is missing");
        }
        return get(place, name, null);
    }

    Text text(int place, String name, Text otherwise) {
        return Values.text(get(place, name, otherwise));
    }

    /** Whole numbers, in bounds that no honest template leaves. */
    int count(int place, String name, int otherwise) {
        long count = Numbers.integer(get(place, name, (long) otherwise));
        if (Math.abs(count) > Text.LONGEST) {
            throw new Problem("a number as large as " + count);
        }
        return (int) count;
    }

    /** All but the first ones. */
    Arguments from(int place) {
        return new Arguments(positional.subList(Math.min(place, positional.size()), positional.size()), named);
    }

    boolean isEmpty() {
        return positional.isEmpty() && named.isEmpty();
    }
}
