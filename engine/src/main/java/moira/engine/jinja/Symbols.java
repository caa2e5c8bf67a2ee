package moira.engine.jinja;

/** The tokens within a mark: names, texts, numbers, operators. */
final class Symbols {
    private static final String[] LONG = {"//", "**", "==", "!=", ">=", "<="};
    private static final String SHORT = "+-*/%~<>=.:|,;()[]{}";
    private static final int DEEPEST = 200;

    private final String source;
    private final StringBuilder open = new StringBuilder();
    private int at;

    Symbols(String source, int at) {
        this.source = source;
        this.at = at;
    }

    /** Behind the last token. */
    int at() {
        return at;
    }

    /** Whether a bracket waits for its other half. */
    boolean isOpen() {
        return !open.isEmpty();
    }

    Token next(int from, int line) {
        at = from;
        char c = source.charAt(from);
        if (c == '"' || c == '\'') {
            return new Token(Token.Kind.STRING, string(c), null, line);
        }
        if (isDigit(c)) {
            return number(line);
        }
        if (Character.isUnicodeIdentifierStart(c) || c == '_') {
            while (at < source.length() && Character.isUnicodeIdentifierPart(source.charAt(at))) {
                at++;
            }
            return new Token(Token.Kind.NAME, source.substring(from, at), null, line);
        }
        return new Token(Token.Kind.OPERATOR, operator(line), null, line);
    }

    private String operator(int line) {
        for (String two : LONG) {
            if (source.startsWith(two, at)) {
                at += 2;
                return two;
            }
        }
        char c = source.charAt(at++);
        if (SHORT.indexOf(c) < 0) {
            throw Problem.at(line, "an unexpected character '" + c + "'");
        }
        int bracket = "([{".indexOf(c);
        if (bracket >= 0) {
            open.append(")]}".charAt(bracket));
            if (open.length() > DEEPEST) {
                throw Problem.at(line, "more than " + DEEPEST + " brackets within each other");
            }
        } else if (")]}".indexOf(c) >= 0) {
            if (open.isEmpty() || open.charAt(open.length() - 1) != c) {
                throw Problem.at(line, "an unexpected '" + c + "'");
            }
            open.setLength(open.length() - 1);
        }
        return String.valueOf(c);
    }

    private Token number(int line) {
        int from = at;
        digits();
        boolean whole = true;
        if (at + 1 < source.length() && source.charAt(at) == '.' && isDigit(source.charAt(at + 1))) {
            whole = false;
            at++;
            digits();
        }
        int mark = at;
        if (at < source.length() && "eE".indexOf(source.charAt(at)) >= 0) {
            at++;
            if (at < source.length() && "+-".indexOf(source.charAt(at)) >= 0) {
                at++;
            }
            int digits = at;
            digits();
            whole &= at == digits;
            at = at == digits ? mark : at;
        }
        String text = source.substring(from, at).replace("_", "");
        try {
            Object value = whole ? (Object) Long.valueOf(text) : Double.valueOf(text);
            return new Token(Token.Kind.NUMBER, text, value, line);
        } catch (NumberFormatException e) {
            throw Problem.at(line, "a number as large as " + text);
        }
    }

    private void digits() {
        while (at < source.length() && (isDigit(source.charAt(at)) || source.charAt(at) == '_')) {
            at++;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private String string(char quote) {
        int begin = ++at;
        while (at < source.length() && source.charAt(at) != quote) {
            at += source.charAt(at) == '\\' ? 2 : 1;
        }
        if (at >= source.length()) {
            throw new Problem("a text in quotation marks that does not end");
        }
        return Escapes.resolved(source.substring(begin, at++));
    }
}
