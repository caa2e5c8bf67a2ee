package moira.engine.jinja;

import java.util.List;
import java.util.Map;

/** Parts of values. */
final class Items {
    private Items() {}

    /** {@code owner.name}: what a value can do comes before what it holds. */
    static Object attribute(Object owner, String name) {
        if (owner instanceof Undefined undefined) {
            throw new Problem(undefined.reason());
        }
        if (name.startsWith("_")) {
            return new Undefined("access to attribute '" + name + "' is unsafe");
        }
        Callable method = Methods.of(owner, name);
        if (method != null) {
            return method;
        }
        return switch (owner) {
            case Map<?, ?> map when map.containsKey(Text.written(name)) -> map.get(Text.written(name));
            case Attributes named -> named.attribute(name);
            case null, default -> none(owner, name);
        };
    }

    /** {@code owner[key]}: what a value holds comes before what it can do. */
    static Object item(Run run, Object owner, Object key) {
        if (owner instanceof Undefined undefined) {
            throw new Problem(undefined.reason());
        }
        if (owner instanceof Map<?, ?> map && map.containsKey(Values.key(key))) {
            return map.get(Values.key(key));
        }
        if (Numbers.isWhole(key) && (owner instanceof List || owner instanceof Text)) {
            return element(run, owner, Numbers.integer(key));
        }
        return key instanceof Text name
                ? attribute(owner, name.toString())
                : new Undefined("'" + Words.type(owner) + " object' has no such element");
    }

    private static Object element(Run run, Object owner, long index) {
        int size = owner instanceof Text text ? text.size() : ((List<?>) owner).size();
        long place = index < 0 ? index + size : index;
        if (place < 0 || place >= size) {
            return new Undefined("'" + Words.type(owner) + " object' has no element " + index);
        }
        if (owner instanceof Text text) {
            Slices.charge(run, text);
            return text.character((int) place);
        }
        return ((List<?>) owner).get((int) place);
    }

    private static Undefined none(Object owner, String name) {
        return new Undefined(
                "'" + (owner == null ? "None" : Words.type(owner) + " object") + "' has no attribute '" + name + "'");
    }
}
