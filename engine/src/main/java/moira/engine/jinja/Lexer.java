package moira.engine.jinja;

import java.util.ArrayList;
import java.util.List;

/**
 * A source as tokens. As in the transformers library, the first line break after a block or a comment goes, and so do the spaces from a
 * line's beginning to one; a {@code -} beside a mark takes all white space on its side, a {@code +} keeps it.
 */
final class Lexer {
    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    /** Whether a line begins here, so that spaces before a block may go. */
    private boolean lineBegins = true;

    private int line = 1;
    private int counted;

    private Lexer(String source) {
        // Python drops one line break at the end.
        String unix = source.replace("\r\n", "\n").replace('\r', '\n');
        this.source = unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix;
    }

    static List<Token> tokens(String source) {
        return new Lexer(source).read();
    }

    private List<Token> read() {
        while (at < source.length()) {
            int mark = nextMark();
            if (mark < 0) {
                data(source.substring(at));
                at = source.length();
                break;
            }
            char kind = source.charAt(mark + 1);
            char sign = mark + 2 < source.length() ? source.charAt(mark + 2) : ' ';
            data(before(mark, kind, sign));
            at = mark + (sign == '-' || sign == '+' ? 3 : 2);
            switch (kind) {
                case '#' -> comment();
                case '{' -> inside(Token.Kind.VARIABLE_BEGIN, Token.Kind.VARIABLE_END, "}}");
                default -> block();
            }
        }
        add(Token.Kind.END, "");
        return tokens;
    }

    private int nextMark() {
        for (int i = source.indexOf('{', at); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            if ("{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private String before(int mark, char kind, char sign) {
        String text = source.substring(at, mark);
        if (sign == '-') {
            return text.substring(0, Spaces.endBefore(text, text.length()));
        }
        int begin = text.lastIndexOf('\n') + 1;
        boolean strips = sign != '+' && kind != '{' && (begin > 0 || lineBegins);
        return strips && Spaces.endBefore(text, text.length()) <= begin ? text.substring(0, begin) : text;
    }

    private void data(String text) {
        if (!text.isEmpty()) {
            add(Token.Kind.DATA, text);
        }
    }

    private void comment() {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw new Problem("a comment that does not end");
        }
        char sign = end > at ? source.charAt(end - 1) : ' ';
        at = end + 2;
        after(sign, true);
    }

    private void block() {
        int name = Spaces.next(source, at);
        if (source.startsWith("raw", name) && isEnd(Spaces.next(source, name + 3))) {
            raw(Spaces.next(source, name + 3));
        } else {
            inside(Token.Kind.BLOCK_BEGIN, Token.Kind.BLOCK_END, "%}");
        }
    }

    private boolean isEnd(int from) {
        return source.startsWith("%}", from) || source.startsWith("-%}", from) || source.startsWith("+%}", from);
    }

    /** All to {@code endraw} as it stands. */
    private void raw(int end) {
        char sign = source.charAt(end);
        at = source.indexOf("%}", end) + 2;
        after(sign, true);
        for (int mark = source.indexOf("{%", at); mark >= 0; mark = source.indexOf("{%", mark + 1)) {
            char left = mark + 2 < source.length() ? source.charAt(mark + 2) : ' ';
            int name = Spaces.next(source, left == '-' || left == '+' ? mark + 3 : mark + 2);
            int close = Spaces.next(source, name + 6);
            if (source.startsWith("endraw", name) && isEnd(close)) {
                data(before(mark, '%', left));
                char right = source.charAt(close);
                at = source.indexOf("%}", close) + 2;
                after(right, true);
                return;
            }
        }
        throw new Problem("a raw block that does not end");
    }

    /** The tokens of an expression or a statement; braces of its own are no end. */
    private void inside(Token.Kind begin, Token.Kind end, String mark) {
        add(begin, source.substring(at - 2, at));
        Symbols symbols = new Symbols(source, at);
        while (true) {
            int from = Spaces.next(source, symbols.at());
            boolean signed = from < source.length() && "-+".indexOf(source.charAt(from)) >= 0;
            int close = signed ? from + 1 : from;
            at = from;
            if (!symbols.isOpen() && source.startsWith(mark, close)) {
                add(end, mark);
                at = close + 2;
                after(signed ? source.charAt(from) : ' ', end == Token.Kind.BLOCK_END);
                return;
            }
            if (from >= source.length()) {
                throw Problem.at(line(), "a mark that does not end with " + mark);
            }
            tokens.add(symbols.next(from, line()));
        }
    }

    /** What goes behind a mark. */
    private void after(char sign, boolean trims) {
        int from = at;
        if (sign == '-') {
            at = Spaces.next(source, at);
        } else if (trims && sign != '+' && source.startsWith("\n", at)) {
            at++;
        }
        lineBegins = at > from && source.charAt(at - 1) == '\n';
    }

    private void add(Token.Kind kind, String text) {
        tokens.add(new Token(kind, text, null, line()));
    }

    private int line() {
        for (; counted < at; counted++) {
            if (source.charAt(counted) == '\n') {
                line++;
            }
        }
        return line;
    }
}
