package moira.engine.jinja;

/** White space as Python sees it. */
final class Spaces {
    private Spaces() {}

    static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }

    /** Where the white space ends that begins here. */
    static int next(String text, int from) {
        int at = from;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** Where the white space begins that ends here. */
    static int endBefore(String text, int to) {
        int at = to;
        while (at > 0 && isSpace(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }
}
