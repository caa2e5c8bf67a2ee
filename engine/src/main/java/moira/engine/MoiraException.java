package moira.engine;

import java.util.Locale;

/** The work cannot go on. The message is one line: where, what was expected, what was found. */
public final class MoiraException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MoiraException(String message) {
        super(oneLine(message));
    }

    public MoiraException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    /**
     * An input that is not what it should be.
     *
     * @param where the file, with an offset or a line where there is one
     */
    public static MoiraException expected(String where, String expected, Object found) {
        return new MoiraException(where + ": expected " + expected + ", found " + found);
    }

    /** Names and values of a broken input may hold anything; a control character is shown by its number. */
    private static String oneLine(String message) {
        StringBuilder line = new StringBuilder(message.length());
        message.codePoints().forEach(c -> {
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                line.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return line.toString();
    }
}
