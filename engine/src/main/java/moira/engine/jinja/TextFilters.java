package moira.engine.jinja;

import java.util.Map;

/** The filters on texts; a value of another kind is printed first, as in jinja2. */
final class TextFilters {
    private TextFilters() {}

    static void addTo(Map<String, Filter> filters) {
        filters.put("trim", (run, value, arguments) -> trim(Words.of(run, value), arguments));
        filters.put("upper", (run, value, arguments) -> TextMethods.upper(Words.of(run, value)));
        filters.put("lower", (run, value, arguments) -> TextMethods.lower(Words.of(run, value)));
        filters.put("capitalize", (run, value, arguments) -> TextMethods.capitalize(Words.of(run, value)));
        filters.put("title", (run, value, arguments) -> TextMethods.title(Words.of(run, value)));
        filters.put("replace", TextFilters::replace);
        filters.put("indent", TextFilters::indent);
        filters.put(
                "center",
                (run, value, arguments) -> TextMethods.padded(
                        Words.of(run, value), arguments.count(0, "width", 80), Text.written(" "), 2));
        filters.put(
                "format",
                (run, value, arguments) -> Formats.percent(run, Values.text(value), Tuple.of(arguments.positional())));
        filters.put("wordcount", (run, value, arguments) -> (long)
                Splits.split(run, Words.of(run, value), Arguments.NONE, false).size());
        filters.put("escape", (run, value, arguments) -> escape(run, Words.of(run, value)));
        filters.put("e", (run, value, arguments) -> escape(run, Words.of(run, value)));
    }

    private static Text trim(Text text, Arguments arguments) {
        Object chars = arguments.get(0, "chars", null);
        return TextMethods.strip(text, chars == null ? null : Values.text(chars).toString(), true, true);
    }

    private static Text replace(Run run, Object value, Arguments arguments) {
        int most = arguments.get(2, "count", null) == null ? -1 : arguments.count(2, "count", -1);
        return TextMethods.replace(
                run, Words.of(run, value), arguments.text(0, "old", null), arguments.text(1, "new", null), most);
    }

    /** Lines moved to the right: the first one and empty ones only where that is asked for. */
    private static Text indent(Run run, Object value, Arguments arguments) {
        Object width = arguments.get(0, "width", 4L);
        boolean first = Values.isTrue(arguments.get(1, "first", false));
        boolean blank = Values.isTrue(arguments.get(2, "blank", false));
        Text step = width instanceof Text text
                ? text
                : new Text.Builder()
                        .repeat(Text.written(" "), Math.max(0, arguments.count(0, "width", 4)))
                        .toText();
        Text text = Words.of(run, value);
        String chars = text.toString();
        Text.Builder out = new Text.Builder();
        int from = 0;
        while (from <= chars.length()) {
            int end = chars.indexOf('\n', from) < 0 ? chars.length() : chars.indexOf('\n', from) + 1;
            boolean empty = chars.substring(from, end).isBlank();
            if (from == 0 ? first : blank || !empty) {
                out.append(step);
            }
            out.append(text, from, end);
            from = end == chars.length() ? chars.length() + 1 : end;
        }
        return out.toText();
    }

    private static Text escape(Run run, Text text) {
        Text escaped = text;
        String[][] signs = {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&#34;"}, {"'", "&#39;"}};
        for (String[] sign : signs) {
            escaped = TextMethods.replace(run, escaped, Text.written(sign[0]), Text.said(sign[1]), -1);
        }
        return escaped;
    }
}
