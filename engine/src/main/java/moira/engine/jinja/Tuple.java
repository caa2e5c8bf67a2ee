package moira.engine.jinja;

import java.util.AbstractList;
import java.util.List;

/** A list that prints itself in round brackets. */
final class Tuple extends AbstractList<Object> {
    private final List<Object> values;

    private Tuple(List<Object> values) {
        this.values = values;
    }

    static Tuple of(List<Object> values) {
        return new Tuple(values);
    }

    @Override
    public Object get(int index) {
        return values.get(index);
    }

    @Override
    public int size() {
        return values.size();
    }
}
