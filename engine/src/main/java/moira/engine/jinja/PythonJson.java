package moira.engine.jinja;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON spelled as Python's {@code json.dumps(ensure_ascii=False)} spells it, since the models saw their tools in no other form: a
 * space after each comma and colon, nothing escaped that need not be, numbers as {@code repr} gives them.
 */
public final class PythonJson {
    private final Text.Builder out = new Text.Builder();
    private final Layout layout;

    /**
     * How it is laid out.
     *
     * @param indent of each level on a line of its own, or null for one line
     */
    record Layout(String indent, String comma, String colon, boolean ascii, boolean sorted) {
        static final Layout PLAIN = new Layout(null, ", ", ": ", false, false);
    }

    private PythonJson(Layout layout) {
        this.layout = layout;
    }

    /** Plain Java values on one line: maps, lists, texts, numbers, truths, null. */
    public static String write(Object value) {
        return text(Given.said(value), Layout.PLAIN).toString();
    }

    static Text text(Object value, Layout layout) {
        PythonJson json = new PythonJson(layout);
        json.append(value, "\n");
        return json.out.toText();
    }

    /** @param line how a line of this level begins */
    private void append(Object value, String line) {
        switch (value) {
            case null -> out.write("null");
            case Boolean truth -> out.write(truth.toString());
            case Double number -> out.write(repr(number));
            case Number number -> out.write(number.toString());
            case Text text -> quoted(text);
            case List<?> list -> list(list, line);
            case Map<?, ?> map -> map(layout.sorted() ? sorted(map) : map, line);
            case Undefined undefined -> throw new Problem(undefined.reason());
            default -> throw new Problem("a value of type " + Words.type(value) + " is no JSON");
        }
    }

    private static Map<?, ?> sorted(Map<?, ?> map) {
        Map<Text, Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put(name(key), value));
        return sorted;
    }

    private void list(List<?> list, String line) {
        String inner = inner(line);
        out.write("[");
        for (Iterator<?> i = list.iterator(); i.hasNext(); ) {
            out.write(inner);
            append(i.next(), line + layout.indent());
            out.write(i.hasNext() ? layout.comma() : outer(line));
        }
        out.write("]");
    }

    private void map(Map<?, ?> map, String line) {
        String inner = inner(line);
        out.write("{");
        for (Iterator<? extends Map.Entry<?, ?>> i = map.entrySet().iterator(); i.hasNext(); ) {
            Map.Entry<?, ?> entry = i.next();
            out.write(inner);
            quoted(name(entry.getKey()));
            out.write(layout.colon());
            append(entry.getValue(), line + layout.indent());
            out.write(i.hasNext() ? layout.comma() : outer(line));
        }
        out.write("}");
    }

    /** Keys are texts whatever they are. */
    private static Text name(Object key) {
        return key instanceof Text text ? text : text(key, Layout.PLAIN);
    }

    private String inner(String line) {
        return layout.indent() == null ? "" : line + layout.indent();
    }

    private String outer(String line) {
        return layout.indent() == null ? "" : line;
    }

    private void quoted(Text text) {
        String chars = text.toString();
        out.write("\"");
        for (int i = 0; i < chars.length(); i++) {
            String escape = escape(chars.charAt(i));
            if (escape.isEmpty()) {
                out.append(text, i, i + 1);
            } else {
                out.append(text.cut(i, i + 1).like(escape));
            }
        }
        out.write("\"");
    }

    private String escape(char c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            default -> c < ' ' || (layout.ascii() && c > '~') ? String.format(Locale.ROOT, "\\u%04x", (int) c) : "";
        };
    }

    /**
     * A float as Python prints it: the shortest digits that read back the same, with an exponent below 1e-4 and from 1e16. (Java
     * insists on two digits, which differ from Python's one for the few numbers below 1e-322.)
     */
    static String repr(double value) {
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
        if (value == 0) {
            return sign + "0.0";
        }
        BigDecimal shortest = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = shortest.toPlainString();
            return sign + plain + (plain.contains(".") ? "" : ".0");
        }
        String digits = shortest.unscaledValue().toString();
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        return String.format(Locale.ROOT, "%s%s%se%+03d", sign, digits.substring(0, 1), fraction, exponent);
    }
}
