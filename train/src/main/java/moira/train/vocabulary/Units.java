package moira.train.vocabulary;

import java.util.function.Consumer;

/**
 * Cuts a text where no piece may cross: before a space that follows a word, around every digit, around line ends, and where
 * letters meet other characters. A cut depends on the two characters beside it alone, so the pieces that are learnt within units
 * merge in a whole text just as they do in its units.
 */
final class Units {
    /** How pieces spell a space: U+2581, lower one eighth block. */
    static final int SPACE = '\u2581';

    private Units() {}

    /** Gives the units of a text, which begins with a space, as SentencePiece's dummy prefix makes it. */
    static void of(String text, Consumer<String> sink) {
        String escaped = (char) SPACE + text.replace(' ', (char) SPACE);
        int from = 0;
        int previous = SPACE;
        for (int i = 1, c; i < escaped.length(); i += Character.charCount(c)) {
            c = escaped.codePointAt(i);
            if (cuts(previous, c)) {
                sink.accept(escaped.substring(from, i));
                from = i;
            }
            previous = c;
        }
        sink.accept(escaped.substring(from));
    }

    private static boolean cuts(int left, int right) {
        if (Character.isDigit(left) || Character.isDigit(right)) {
            return true;
        }
        if (right == SPACE) {
            return left != SPACE;
        }
        return left == SPACE ? isLineEnd(right) : kind(left) != kind(right);
    }

    private static boolean isLineEnd(int c) {
        return c == '\n' || c == '\r';
    }

    private static int kind(int c) {
        if (isLineEnd(c)) {
            return 0;
        }
        return Character.isLetter(c) || Character.getType(c) == Character.NON_SPACING_MARK ? 1 : 2;
    }
}
