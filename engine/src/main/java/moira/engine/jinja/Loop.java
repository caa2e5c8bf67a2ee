package moira.engine.jinja;

import java.util.List;

/** What a loop's body knows of the loop. */
final class Loop implements Attributes, Callable {
    private final List<Object> elements;
    private final int level;
    /** Goes through other elements with the same body; null where the loop is not recursive. */
    private final Callable recursion;

    private int index;
    private Object last;

    Loop(List<Object> elements, int level, Callable recursion) {
        this.elements = elements;
        this.level = level;
        this.recursion = recursion;
    }

    void at(int index) {
        this.index = index;
    }

    @Override
    public Object attribute(String name) {
        int size = elements.size();
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) size - index;
            case "revindex0" -> size - index - 1L;
            case "first" -> index == 0;
            case "last" -> index == size - 1;
            case "length" -> (long) size;
            case "depth" -> level + 1L;
            case "depth0" -> (long) level;
            case "previtem" -> index == 0 ? new Undefined("there is no previous item") : elements.get(index - 1);
            case "nextitem" -> index == size - 1 ? new Undefined("there is no next item") : elements.get(index + 1);
            case "cycle" -> (Callable) this::cycle;
            case "changed" -> (Callable) this::changed;
            default -> new Undefined("'loop' has no attribute '" + name + "'");
        };
    }

    private Object cycle(Run run, Arguments arguments) {
        List<Object> values = arguments.positional();
        return values.isEmpty() ? new Undefined("a cycle of nothing") : values.get(index % values.size());
    }

    private Object changed(Run run, Arguments arguments) {
        Object values = arguments.positional();
        boolean changed = last == null || !Values.equal(run, last, values);
        last = values;
        return changed;
    }

    @Override
    public Object call(Run run, Arguments arguments) {
        if (recursion == null) {
            throw new Problem("'loop' can be called in a recursive loop alone");
        }
        return recursion.call(run, arguments);
    }
}
