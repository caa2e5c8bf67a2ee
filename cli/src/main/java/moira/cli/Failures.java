package moira.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import moira.engine.MoiraException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What failed becomes one line on stderr, and exit status 1, or 2 where it was the arguments; {@code --verbose} shows the stack of
 * work that failed.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
    @Override
    public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed) {
        return handle(e, line, parsed.originalArgs());
    }

    /** Of errors as well: of memory, say. */
    static int handle(Throwable e, CommandLine line, List<String> args) {
        if (e instanceof WrongOption) {
            return wrong(line, e.getMessage());
        }
        line.getErr().println(oneLine(message(e)));
        if (args.contains("--verbose")) {
            StringWriter stack = new StringWriter();
            e.printStackTrace(new PrintWriter(stack));
            line.getErr().print(stack);
            line.getErr().flush();
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        List<String> meant = e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        return wrong(
                e.getCommandLine(),
                e.getMessage() + (meant.isEmpty() ? "" : ", perhaps " + String.join(" or ", meant) + " is meant"));
    }

    private static int wrong(CommandLine line, String message) {
        String command = line.getCommandSpec().qualifiedName();
        line.getErr().println(oneLine(message + " (see " + command + " --help)"));
        return CommandLine.ExitCode.USAGE;
    }

    private static String message(Throwable e) {
        if (e instanceof MoiraException) {
            return e.getMessage();
        }
        String message = e.getMessage() == null ? "" : ": " + e.getMessage();
        if (e instanceof OutOfMemoryError) {
            return String.format(
                    Locale.ROOT,
                    "expected enough memory, found less%s; Java may take %d MB of heap, JAVA_TOOL_OPTIONS=-Xmx8g gives it 8 GB",
                    message,
                    Runtime.getRuntime().maxMemory() >> 20);
        }
        return e.getClass().getSimpleName() + message;
    }

    /** One line, whatever the message has in it. */
    static String oneLine(String message) {
        return Console.error("moira: " + message.strip().replaceAll("\\s*\\R\\s*", "; "));
    }
}
