package moira.engine.jinja;

/** Python's escapes in a text. */
final class Escapes {
    private static final String SIMPLE = "\\'\"abfnrtv\n";
    private static final String MEANT = "\\'\"\u0007\b\f\n\r\t\u000b";

    private Escapes() {}

    static String resolved(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            at = c == '\\' && at + 1 < text.length() ? escape(text, at + 1, out) : plain(c, at, out);
        }
        return out.toString();
    }

    private static int plain(char c, int at, StringBuilder out) {
        out.append(c);
        return at + 1;
    }

    /** @param at of what follows the backslash */
    private static int escape(String text, int at, StringBuilder out) {
        char c = text.charAt(at);
        int simple = SIMPLE.indexOf(c);
        if (simple >= 0) {
            // A backslash at a line's end joins the lines.
            out.append(simple < MEANT.length() ? String.valueOf(MEANT.charAt(simple)) : "");
            return at + 1;
        }
        return switch (c) {
            case 'x' -> code(text, at + 1, 2, 16, out);
            case 'u' -> code(text, at + 1, 4, 16, out);
            case 'U' -> code(text, at + 1, 8, 16, out);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(text, at, out);
            default -> plain(c, at, out.append('\\'));
        };
    }

    private static int octal(String text, int from, StringBuilder out) {
        int to = from;
        while (to < text.length() && to < from + 3 && text.charAt(to) >= '0' && text.charAt(to) <= '7') {
            to++;
        }
        return code(text, from, to - from, 8, out);
    }

    private static int code(String text, int from, int digits, int radix, StringBuilder out) {
        int to = from + digits;
        try {
            int code = Integer.parseInt(text, from, Math.min(to, text.length()), radix);
            if (to > text.length() || !Character.isValidCodePoint(code)) {
                throw new Problem("a text with a broken escape");
            }
            out.appendCodePoint(code);
            return to;
        } catch (NumberFormatException e) {
            throw new Problem("a text with a broken escape");
        }
    }
}
