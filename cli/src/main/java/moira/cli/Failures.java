package moira.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import moira.engine.MoiraException;
import moira.engine.Reason;
import moira.engine.checkpoint.CutFiles;
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
        return switch (e) {
            case MoiraException known -> known.getMessage();
            case UncheckedIOException io -> Reason.of(io);
            case OutOfMemoryError memory ->
                String.format(
                        Locale.ROOT,
                        "expected enough memory, found less: %s; Java may take %d MB of heap, JAVA_TOOL_OPTIONS=-Xmx8g gives it 8 GB",
                        Reason.of(memory),
                        Runtime.getRuntime().maxMemory() >> 20);
            case InternalError fault
            when !CutFiles.found().isEmpty() ->
                CutFiles.found().getFirst() + ": expected a file that stays as it is while it is read, found it cut";
            default ->
                "expected nothing to go wrong here, found a mistake of Moira's: " + Reason.of(e)
                        + " (--verbose shows where; please report it)";
        };
    }

    /** One line, whatever the message has in it: here all errors leave the program. */
    static String oneLine(String message) {
        return Console.error(MoiraException.oneLine("moira: " + message.strip().replaceAll("\\s*\\R\\s*", "; ")));
    }
}
