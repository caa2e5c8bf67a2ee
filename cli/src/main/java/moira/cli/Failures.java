package moira.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import moira.engine.MoiraException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Work that failed becomes one line on stderr and exit status 1; {@code --verbose} shows the stack as well. */
final class Failures implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed) {
        line.getErr().println(line(line, message(e)));
        if (isVerbose(parsed)) {
            StringWriter stack = new StringWriter();
            e.printStackTrace(new PrintWriter(stack));
            line.getErr().print(stack);
            line.getErr().flush();
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String message(Exception e) {
        if (e instanceof MoiraException) {
            return e.getMessage();
        }
        String message = e.getMessage() == null ? "" : ": " + e.getMessage();
        return e.getClass().getSimpleName() + message;
    }

    private static boolean isVerbose(ParseResult parsed) {
        return parsed.originalArgs().contains("--verbose");
    }

    /** One line, whatever the message has in it. */
    static String line(CommandLine line, String message) {
        String text = "moira: " + message.strip().replaceAll("\\s*\\R\\s*", "; ");
        return line.getColorScheme().errorText(text).toString();
    }
}
