package moira.engine.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Texts in parts. */
final class Splits {
    private Splits() {}

    /** @param right whether the last ones count where there are too many */
    static List<Object> split(Run run, Text text, Arguments arguments, boolean right) {
        Object by = arguments.get(0, "sep", null);
        int most = arguments.count(1, "maxsplit", -1);
        if (by == null) {
            return words(text, most, right);
        }
        Text separator = Values.text(by);
        if (separator.isEmpty()) {
            throw new Problem("an empty separator");
        }
        List<Integer> places = Search.all(run, text, separator, right ? -1 : most);
        places = right && most >= 0 ? places.subList(Math.max(0, places.size() - most), places.size()) : places;
        List<Object> parts = new ArrayList<>();
        int from = 0;
        for (int at : places) {
            parts.add(text.cut(from, at));
            from = at + separator.length();
        }
        parts.add(text.cut(from, text.length()));
        return parts;
    }

    /** What white space separates. */
    private static List<Object> words(Text text, int most, boolean right) {
        return right ? wordsFromRight(text, most) : wordsFromLeft(text, most);
    }

    private static List<Object> wordsFromLeft(Text text, int most) {
        String chars = text.toString();
        List<Object> words = new ArrayList<>();
        int from = Spaces.next(chars, 0);
        while (from < chars.length()) {
            int to = from;
            while (to < chars.length() && !Spaces.isSpace(chars.charAt(to))) {
                to++;
            }
            if (words.size() == most) {
                words.add(text.cut(from, chars.length()));
                return words;
            }
            words.add(text.cut(from, to));
            from = Spaces.next(chars, to);
        }
        return words;
    }

    private static List<Object> wordsFromRight(Text text, int most) {
        String chars = text.toString();
        List<Object> words = new ArrayList<>();
        int to = Spaces.endBefore(chars, chars.length());
        while (to > 0) {
            int from = to;
            while (from > 0 && !Spaces.isSpace(chars.charAt(from - 1))) {
                from--;
            }
            boolean last = words.size() == most;
            words.add(text.cut(last ? 0 : from, to));
            to = last ? 0 : Spaces.endBefore(chars, from);
        }
        Collections.reverse(words);
        return words;
    }

    static List<Object> lines(Text text, boolean ends) {
        String chars = text.toString();
        List<Object> lines = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < chars.length(); i++) {
            if ("\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029".indexOf(chars.charAt(i)) < 0) {
                continue;
            }
            int end = i;
            i += chars.startsWith("\r\n", i) ? 1 : 0;
            lines.add(text.cut(from, ends ? i + 1 : end));
            from = i + 1;
        }
        if (from < chars.length()) {
            lines.add(text.cut(from, chars.length()));
        }
        return lines;
    }

    /** What stands before a separator, itself, and what stands behind it. */
    static List<Object> partition(Run run, Text text, Text separator, boolean right) {
        int at = right ? Search.last(run, text, separator) : Search.first(run, text, separator, 0);
        if (at < 0) {
            return Tuple.of(right ? List.of(Text.EMPTY, Text.EMPTY, text) : List.of(text, Text.EMPTY, Text.EMPTY));
        }
        int behind = at + separator.length();
        return Tuple.of(List.of(text.cut(0, at), text.cut(at, behind), text.cut(behind, text.length())));
    }
}
