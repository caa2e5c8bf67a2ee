package moira.engine;

/** The work cannot go on. The message is one line: where, what was expected, what was found. */
public final class MoiraException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MoiraException(String message) {
        super(message);
    }

    public MoiraException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * An input that is not what it should be.
     *
     * @param where the file, with an offset or a line where there is one
     */
    public static MoiraException expected(String where, String expected, Object found) {
        return new MoiraException(where + ": expected " + expected + ", found " + found);
    }
}
