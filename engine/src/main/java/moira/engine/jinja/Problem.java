package moira.engine.jinja;

/** What a template cannot do, or what it complains about. */
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Of the source, or 0: where the run is. */
    private final int line;

    Problem(String message) {
        this(0, message);
    }

    private Problem(int line, String message) {
        // No trace: whoever reads the message has written a template and no Java.
        super(message, null, false, false);
        this.line = line;
    }

    /** What is wrong with the source. */
    static Problem at(int line, String message) {
        return new Problem(line, message);
    }

    int line() {
        return line;
    }
}
