package moira.engine.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Values as Python prints them. */
final class Words {
    private Words() {}

    /** {@code str(value)} */
    static Text of(Run run, Object value) {
        return value instanceof Text text ? text : (Text) run.made(printed(value));
    }

    private static Text printed(Object value) {
        Text.Builder out = new Text.Builder();
        append(out, value);
        return out.toText();
    }

    /** {@code repr(value)} */
    static Text shown(Object value) {
        Text.Builder out = new Text.Builder();
        show(out, value);
        return out.toText();
    }

    /** The name of Python's type. */
    static String type(Object value) {
        return switch (value) {
            case null -> "NoneType";
            case Undefined _ -> "Undefined";
            case Boolean _ -> "bool";
            case Double _ -> "float";
            case Number _ -> "int";
            case Text _ -> "str";
            case Tuple _ -> "tuple";
            case List<?> _ -> "list";
            case Map<?, ?> _ -> "dict";
            case Namespace _ -> "Namespace";
            case Callable _ -> "function";
            default -> "loop";
        };
    }

    private static void append(Text.Builder out, Object value) {
        if (value instanceof Text text) {
            out.append(text);
        } else {
            show(out, value);
        }
    }

    private static void show(Text.Builder out, Object value) {
        switch (value) {
            case null -> out.write("None");
            case Undefined _ -> out.write("");
            case Boolean truth -> out.write(truth ? "True" : "False");
            case Double number -> out.write(repr(number));
            case Number number -> out.write(number.toString());
            case Text text -> quote(out, text);
            case Tuple tuple -> list(out.write("("), tuple, tuple.size() == 1 ? ",)" : ")");
            case List<?> list -> list(out.write("["), list, "]");
            case Map<?, ?> map -> map(out, map);
            default -> out.write("<" + type(value) + ">");
        }
    }

    private static String repr(double value) {
        return Double.isInfinite(value)
                ? (value > 0 ? "inf" : "-inf")
                : Double.isNaN(value) ? "nan" : PythonJson.repr(value);
    }

    private static void list(Text.Builder out, List<?> list, String end) {
        for (Iterator<?> i = list.iterator(); i.hasNext(); ) {
            show(out, i.next());
            out.write(i.hasNext() ? ", " : "");
        }
        out.write(end);
    }

    private static void map(Text.Builder out, Map<?, ?> map) {
        out.write("{");
        for (Iterator<? extends Map.Entry<?, ?>> i = map.entrySet().iterator(); i.hasNext(); ) {
            Map.Entry<?, ?> entry = i.next();
            show(out, entry.getKey());
            show(out.write(": "), entry.getValue());
            out.write(i.hasNext() ? ", " : "");
        }
        out.write("}");
    }

    private static void quote(Text.Builder out, Text text) {
        String chars = text.toString();
        String quote = chars.contains("'") && !chars.contains("\"") ? "\"" : "'";
        out.write(quote);
        for (int i = 0; i < chars.length(); i++) {
            char c = chars.charAt(i);
            String escape = escape(c, quote.charAt(0));
            if (escape.isEmpty()) {
                out.append(text, i, i + 1);
            } else {
                out.append(text.cut(i, i + 1).like(escape));
            }
        }
        out.write(quote);
    }

    private static String escape(char c, char quote) {
        return switch (c) {
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> {
                if (c == quote) {
                    yield "\\" + c;
                }
                boolean printed = c == ' ' || !(Character.isISOControl(c) || Spaces.isSpace(c));
                yield printed ? "" : String.format(Locale.ROOT, c < 256 ? "\\x%02x" : "\\u%04x", (int) c);
            }
        };
    }
}
