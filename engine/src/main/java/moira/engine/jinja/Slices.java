package moira.engine.jinja;

import java.util.ArrayList;
import java.util.List;

/** {@code owner[from:to:step]}, as Python cuts. */
final class Slices {
    private Slices() {}

    static Object of(Run run, Object owner, Object from, Object to, Object step) {
        return switch (owner) {
            case Text text -> text(run, text, range(text.size(), from, to, step));
            case List<?> list -> {
                List<Object> cut = list(list, range(list.size(), from, to, step));
                yield list instanceof Tuple ? Tuple.of(cut) : cut;
            }
            case Undefined undefined -> throw new Problem(undefined.reason());
            case null, default -> throw new Problem("a value of type " + Words.type(owner) + " cannot be cut");
        };
    }

    /** Finding a character's place is work where some have two units. */
    static void charge(Run run, Text text) {
        if (text.size() != text.length()) {
            run.look(text.length());
        }
    }

    /** @param count elements, from one, each a step further */
    private record Range(long from, long count, long step) {}

    private static Range range(int size, Object from, Object to, Object step) {
        long by = step == null ? 1 : Numbers.integer(step);
        if (by == 0) {
            throw new Problem("a slice's step cannot be zero");
        }
        boolean up = by > 0;
        long first = bound(from, up ? 0 : size - 1L, size, up);
        long end = bound(to, up ? size : -1, size, up);
        long span = up ? end - first : first - end;
        long stride = Math.clamp(Math.abs(by), 1, Integer.MAX_VALUE);
        return new Range(first, span <= 0 ? 0 : (span + stride - 1) / stride, up ? stride : -stride);
    }

    private static long bound(Object bound, long otherwise, int size, boolean up) {
        if (bound == null) {
            return otherwise;
        }
        long place = Math.clamp(Numbers.integer(bound), -size - 1L, size + 1L);
        place = place < 0 ? place + size : place;
        return up ? Math.clamp(place, 0, size) : Math.clamp(place, -1, size - 1L);
    }

    private static Text text(Run run, Text text, Range range) {
        charge(run, text);
        if (range.count() == 0) {
            return Text.EMPTY;
        }
        if (range.step() == 1) {
            return text.cut(text.unit((int) range.from()), text.unit((int) (range.from() + range.count())));
        }
        Text.Builder cut = new Text.Builder();
        list(text.characters(), range).forEach(one -> cut.append((Text) one));
        return cut.toText();
    }

    private static List<Object> list(List<?> list, Range range) {
        List<Object> cut = new ArrayList<>((int) range.count());
        for (long i = 0, at = range.from(); i < range.count(); i++, at += range.step()) {
            cut.add(list.get((int) at));
        }
        return cut;
    }
}
