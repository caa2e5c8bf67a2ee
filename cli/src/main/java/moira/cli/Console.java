package moira.cli;

import java.io.PrintStream;
import picocli.CommandLine.Help.Ansi;

/** Words for people, on stderr: results go to stdout. */
final class Console {
    private final PrintStream err = System.err;

    /** What is going on. */
    void say(String text) {
        err.println(styled("faint", text));
    }

    /** What is done. */
    void done(String text) {
        err.println(styled("green", text));
    }

    /** What a reader should mind. */
    void warn(String text) {
        err.println(styled("yellow", "warning: " + text));
    }

    /** Asks for a line of input, where somebody sees it. */
    void ask() {
        if (isTerminal()) {
            err.print(styled("bold,cyan", "> "));
            err.flush();
        }
    }

    /** How the line is shown that says what failed. */
    static String error(String text) {
        return styled("bold,red", text);
    }

    /** Whether stderr is a terminal, where a bar can be redrawn. The launcher knows; Java itself asks stdin and stdout alone. */
    static boolean isTerminal() {
        String known = System.getProperty("moira.stderr.terminal");
        boolean terminal = known == null ? System.console() != null : known.equals("true");
        return terminal && !"dumb".equals(System.getenv("TERM"));
    }

    private static String styled(String style, String text) {
        String noColour = System.getenv("NO_COLOR");
        Ansi ansi = isTerminal() && (noColour == null || noColour.isEmpty()) ? Ansi.ON : Ansi.OFF;
        return ansi.string("@|" + style + " " + escape(text) + "|@");
    }

    /** Picocli's markup is no part of our texts. */
    private static String escape(String text) {
        return text.replace("@|", "@ |").replace("|@", "| @");
    }
}
