package moira.engine.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;

/** The methods of Python's texts; every character that stays keeps its origin. */
final class TextMethods {
    private interface Method {
        Object apply(Run run, Text text, Arguments arguments);
    }

    private static final Map<String, Method> METHODS = Map.ofEntries(
            Map.entry("strip", (run, text, arguments) -> strip(text, chars(arguments), true, true)),
            Map.entry("lstrip", (run, text, arguments) -> strip(text, chars(arguments), true, false)),
            Map.entry("rstrip", (run, text, arguments) -> strip(text, chars(arguments), false, true)),
            Map.entry("split", (run, text, arguments) -> Splits.split(run, text, arguments, false)),
            Map.entry("rsplit", (run, text, arguments) -> Splits.split(run, text, arguments, true)),
            Map.entry(
                    "splitlines",
                    (run, text, arguments) -> Splits.lines(text, Values.isTrue(arguments.get(0, "keepends", false)))),
            Map.entry(
                    "partition",
                    (run, text, arguments) -> Splits.partition(run, text, arguments.text(0, "sep", null), false)),
            Map.entry(
                    "rpartition",
                    (run, text, arguments) -> Splits.partition(run, text, arguments.text(0, "sep", null), true)),
            Map.entry("startswith", (run, text, arguments) -> affix(text, arguments.get(0, "prefix"), true)),
            Map.entry("endswith", (run, text, arguments) -> affix(text, arguments.get(0, "suffix"), false)),
            Map.entry("removeprefix", (run, text, arguments) -> without(text, arguments.text(0, "prefix", null), true)),
            Map.entry(
                    "removesuffix", (run, text, arguments) -> without(text, arguments.text(0, "suffix", null), false)),
            Map.entry("upper", (run, text, arguments) -> upper(text)),
            Map.entry("lower", (run, text, arguments) -> lower(text)),
            Map.entry("casefold", (run, text, arguments) -> lower(text)),
            Map.entry("capitalize", (run, text, arguments) -> capitalize(text)),
            Map.entry("title", (run, text, arguments) -> title(text)),
            Map.entry("replace", (run, text, arguments) -> replace(run, text, arguments)),
            Map.entry(
                    "find",
                    (run, text, arguments) -> place(text, Search.first(run, text, arguments.text(0, "sub", null), 0))),
            Map.entry(
                    "rfind",
                    (run, text, arguments) -> place(text, Search.last(run, text, arguments.text(0, "sub", null)))),
            Map.entry(
                    "index",
                    (run, text, arguments) -> found(text, Search.first(run, text, arguments.text(0, "sub", null), 0))),
            Map.entry("count", (run, text, arguments) -> (long)
                    Search.all(run, text, arguments.text(0, "sub", null), -1).size()),
            Map.entry("join", (run, text, arguments) -> join(run, text, arguments.get(0, "iterable"))),
            Map.entry("format", Formats::braces),
            Map.entry(
                    "center",
                    (run, text, arguments) -> padded(
                            text, arguments.count(0, "width", 0), arguments.text(1, "fillchar", Text.written(" ")), 2)),
            Map.entry(
                    "ljust",
                    (run, text, arguments) -> padded(
                            text, arguments.count(0, "width", 0), arguments.text(1, "fillchar", Text.written(" ")), 0)),
            Map.entry(
                    "rjust",
                    (run, text, arguments) -> padded(
                            text, arguments.count(0, "width", 0), arguments.text(1, "fillchar", Text.written(" ")), 1)),
            Map.entry(
                    "zfill",
                    (run, text, arguments) -> padded(text, arguments.count(0, "width", 0), Text.written("0"), 1)),
            Map.entry("isdigit", (run, text, arguments) -> all(text, Character::isDigit)),
            Map.entry("isnumeric", (run, text, arguments) -> all(text, Character::isDigit)),
            Map.entry("isdecimal", (run, text, arguments) -> all(text, Character::isDigit)),
            Map.entry("isalpha", (run, text, arguments) -> all(text, Character::isLetter)),
            Map.entry("isalnum", (run, text, arguments) -> all(text, Character::isLetterOrDigit)),
            Map.entry(
                    "isspace",
                    (run, text, arguments) ->
                            all(text, c -> c < Character.MIN_SUPPLEMENTARY_CODE_POINT && Spaces.isSpace((char) c))),
            Map.entry("isupper", (run, text, arguments) -> isUpper(text)),
            Map.entry("islower", (run, text, arguments) -> isLower(text)));

    private TextMethods() {}

    /** The method of a text, bound to it, or null if there is none of that name. */
    static Callable of(Text text, String name) {
        Method method = METHODS.get(name);
        return method == null
                ? null
                : (run, arguments) -> {
                    run.look(text.length());
                    return method.apply(run, text, arguments);
                };
    }

    /** What strips, or null for white space. */
    private static String chars(Arguments arguments) {
        Object chars = arguments.get(0, "chars", null);
        return chars == null ? null : Values.text(chars).toString();
    }

    static Text strip(Text text, String chars, boolean left, boolean right) {
        String all = text.toString();
        int from = 0;
        int to = all.length();
        while (left && from < to && strips(all.charAt(from), chars)) {
            from++;
        }
        while (right && to > from && strips(all.charAt(to - 1), chars)) {
            to--;
        }
        return text.cut(from, to);
    }

    private static boolean strips(char c, String chars) {
        return chars == null ? Spaces.isSpace(c) : chars.indexOf(c) >= 0;
    }

    private static boolean affix(Text text, Object wanted, boolean start) {
        if (wanted instanceof Tuple several) {
            return several.stream().anyMatch(one -> affix(text, one, start));
        }
        String affix = Values.text(wanted).toString();
        return start ? text.toString().startsWith(affix) : text.toString().endsWith(affix);
    }

    private static Text without(Text text, Text affix, boolean start) {
        if (!affix(text, affix, start)) {
            return text;
        }
        return start ? text.cut(affix.length(), text.length()) : text.cut(0, text.length() - affix.length());
    }

    static Text upper(Text text) {
        return text.changed(chars -> chars.toUpperCase(Locale.ROOT));
    }

    static Text lower(Text text) {
        return text.changed(chars -> chars.toLowerCase(Locale.ROOT));
    }

    static Text capitalize(Text text) {
        return text.isEmpty()
                ? text
                : upper(text.cut(0, text.unit(1))).plus(lower(text.cut(text.unit(1), text.length())));
    }

    static Text title(Text text) {
        Text.Builder title = new Text.Builder();
        boolean within = false;
        for (Object one : text.characters()) {
            Text c = (Text) one;
            title.append(within ? lower(c) : upper(c));
            within = Character.isLetter(c.toString().codePointAt(0));
        }
        return title.toText();
    }

    private static Text replace(Run run, Text text, Arguments arguments) {
        return replace(
                run,
                text,
                arguments.text(0, "old", null),
                arguments.text(1, "new", null),
                arguments.count(2, "count", -1));
    }

    static Text replace(Run run, Text text, Text old, Text with, int most) {
        Text.Builder replaced = new Text.Builder();
        int from = 0;
        for (int at : Search.all(run, text, old, most)) {
            replaced.append(text, from, at).append(with);
            from = at + old.length();
        }
        return replaced.append(text, from, text.length()).toText();
    }

    private static Object place(Text text, int unit) {
        return unit < 0 ? -1L : (long) text.toString().codePointCount(0, unit);
    }

    private static Object found(Text text, int unit) {
        if (unit < 0) {
            throw new Problem("a text that is not in the other");
        }
        return place(text, unit);
    }

    static Text join(Run run, Text between, Object several) {
        Text.Builder joined = new Text.Builder();
        List<Object> elements = new ArrayList<>(Values.elements(run, several));
        for (int i = 0; i < elements.size(); i++) {
            joined.append(i == 0 ? Text.EMPTY : between).append(Values.text(elements.get(i)));
        }
        return joined.toText();
    }

    /** @param side of the padding: 0 right, 1 left, 2 both */
    static Text padded(Text text, int width, Text fill, int side) {
        int missing = Math.max(0, width - text.size());
        // Python puts the odd one to the left where the width is odd.
        int left = side == 0 ? 0 : side == 1 ? missing : missing / 2 + (missing & width & 1);
        return new Text.Builder()
                .repeat(fill, left)
                .append(text)
                .repeat(fill, missing - left)
                .toText();
    }

    private static boolean all(Text text, IntPredicate is) {
        return !text.isEmpty() && text.toString().codePoints().allMatch(is);
    }

    static boolean isUpper(Text text) {
        String chars = text.toString();
        return chars.codePoints().anyMatch(Character::isUpperCase)
                && chars.codePoints().noneMatch(Character::isLowerCase);
    }

    static boolean isLower(Text text) {
        String chars = text.toString();
        return chars.codePoints().anyMatch(Character::isLowerCase)
                && chars.codePoints().noneMatch(Character::isUpperCase);
    }
}
