package moira.engine.jinja;

import java.util.HashMap;
import java.util.Map;

/** The one value that a template may change: {@code set ns.found = true} reaches out of a loop. */
final class Namespace implements Attributes {
    private final Map<String, Object> values = new HashMap<>();

    void set(String name, Object value) {
        values.put(name, value);
    }

    @Override
    public Object attribute(String name) {
        return values.containsKey(name)
                ? values.get(name)
                : new Undefined("the namespace has no attribute '" + name + "'");
    }
}
