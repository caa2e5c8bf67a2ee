package moira.engine;

import java.io.IOException;
import java.util.Locale;

/** The work cannot go on. The message is one line: where, what was expected, what was found. */
public final class MoiraException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Characters of a message, and of what was found: a broken input may have a name of a megabyte. */
    private static final int LONGEST = 500;

    private static final int LONGEST_FOUND = 200;

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
        return new MoiraException(where + ": expected " + expected + ", found " + shortened(found, LONGEST_FOUND));
    }

    /**
     * What the system does not let us do.
     *
     * @param where the file or folder
     * @param what as in {@code be read}
     */
    public static MoiraException cannot(Object where, String what, IOException e) {
        return new MoiraException(where + ": cannot " + what + ": " + Reason.of(e), e);
    }

    /**
     * A text as one line that a terminal shows as it is. Names and values of a broken input may hold anything: a character that
     * controls, or turns the direction of writing, is shown by its number, and of a long text the middle is left out.
     */
    public static String oneLine(String text) {
        String kept = shortened(text, LONGEST);
        StringBuilder line = new StringBuilder(kept.length());
        kept.codePoints().forEach(c -> {
            if (isShown(c)) {
                line.appendCodePoint(c);
            } else {
                line.append(String.format(Locale.ROOT, "\\u%04x", c));
            }
        });
        return line.toString();
    }

    private static boolean isShown(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String shortened(Object value, int most) {
        String text = String.valueOf(value);
        if (text.length() <= most) {
            return text;
        }
        // Whole characters of both halves.
        int head = Character.isHighSurrogate(text.charAt(most / 2 - 1)) ? most / 2 - 1 : most / 2;
        int tail = text.length() - most / 2;
        tail += Character.isLowSurrogate(text.charAt(tail)) ? 1 : 0;
        return text.substring(0, head) + " ... " + text.substring(tail);
    }
}
