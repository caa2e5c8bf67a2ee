package moira.engine.jinja;

import java.util.ArrayList;
import java.util.List;

/** Texts in texts. */
final class Search {
    private Search() {}

    /** The unit where a text stands first, or -1. */
    static int first(Run run, Text text, Text wanted, int from) {
        charge(run, text, wanted);
        return text.toString().indexOf(wanted.toString(), from);
    }

    static int last(Run run, Text text, Text wanted) {
        charge(run, text, wanted);
        return text.toString().lastIndexOf(wanted.toString());
    }

    /** Where it stands, without overlaps, at most so many times, or always if that is negative. */
    static List<Integer> all(Run run, Text text, Text wanted, int most) {
        charge(run, text, wanted);
        List<Integer> places = new ArrayList<>();
        int step = Math.max(wanted.length(), 1);
        int at = text.toString().indexOf(wanted.toString());
        while (at >= 0 && at <= text.length() && (most < 0 || places.size() < most)) {
            places.add(at);
            // An empty text is found again behind the last character, and nowhere after that.
            at = at + step > text.length() ? -1 : text.toString().indexOf(wanted.toString(), at + step);
        }
        return places;
    }

    /** At worst each character is compared with each. */
    private static void charge(Run run, Text text, Text wanted) {
        run.look(text.length() + (long) text.length() * Math.min(wanted.length(), text.length()) / Long.SIZE);
    }
}
