package moira.cli;

import java.io.PrintStream;
import picocli.CommandLine.Help.Ansi;

/** Words for people, on stderr: results go to stdout. */
final class Console {
    private final PrintStream err = System.err;

    /** What is going on. */
    void say(String text) {
        err.println(Ansi.AUTO.string("@|faint " + escape(text) + "|@"));
    }

    /** What is done. */
    void done(String text) {
        err.println(Ansi.AUTO.string("@|green " + escape(text) + "|@"));
    }

    /** What a reader should mind. */
    void warn(String text) {
        err.println(Ansi.AUTO.string("@|yellow " + escape("warning: " + text) + "|@"));
    }

    /** Whether stderr is a terminal, where a bar can be redrawn. */
    boolean isTerminal() {
        return Ansi.AUTO.enabled() && System.console() != null;
    }

    /** Picocli's markup is no part of our texts. */
    private static String escape(String text) {
        return text.replace("@|", "@ |").replace("|@", "| @");
    }
}
