package moira.engine.jinja;

import java.util.HashMap;
import java.util.Map;

/** The names of a template, a macro's call or one turn of a loop; what is not here is looked for outside. */
final class Scope {
    private final Scope outer;
    private final Map<String, Object> values = new HashMap<>();

    Scope(Scope outer) {
        this.outer = outer;
    }

    Object get(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            if (scope.values.containsKey(name)) {
                return scope.values.get(name);
            }
        }
        return Undefined.name(name);
    }

    /** Names of this scope alone: a loop forgets what it set. */
    void set(String name, Object value) {
        values.put(name, value);
    }
}
