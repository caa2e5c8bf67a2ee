package moira.cli;

import java.util.function.Supplier;
import moira.engine.MoiraException;

/** An option's value that no work can be done with: exit status 2, before any work. */
final class WrongOption extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private WrongOption(String message, Throwable cause) {
        super(message, cause);
    }

    /** What is made of options; that it cannot be is their fault. */
    static <T> T unless(Supplier<T> made) {
        try {
            return made.get();
        } catch (MoiraException e) {
            throw new WrongOption(e.getMessage(), e);
        }
    }

    static void unless(boolean holds, String option, String expected, Object found) {
        if (!holds) {
            throw new WrongOption(option + ": expected " + expected + ", found " + found, null);
        }
    }
}
