package moira.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import moira.engine.Reason;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code moira}. Exit status: 0 done, 1 the work failed, 2 the arguments are wrong. */
@Command(
        name = "moira",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        description = "Runs mixture-of-experts language models and shows where every token goes.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExample:%n",
        footer = {
            "  moira report                 trace the bundled model on the bundled samples and draw it",
            "  moira COMMAND --help         the options of a command"
        })
public final class Main implements Runnable {
    /** The commands by name, in the order of the help. */
    private static final SequencedMap<String, Class<?>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("report", ReportCommand.class);
        COMMANDS.put("trace", TraceCommand.class);
        COMMANDS.put("analyze", AnalyzeCommand.class);
        COMMANDS.put("import", ImportCommand.class);
        COMMANDS.put("generate", GenerateCommand.class);
        COMMANDS.put("chat", ChatCommand.class);
        COMMANDS.put("serve", ServeCommand.class);
        COMMANDS.put("tokenize", TokenizeCommand.class);
        COMMANDS.put("inspect", InspectCommand.class);
        COMMANDS.put("train", TrainCommand.class);
        COMMANDS.put("convert", ConvertCommand.class);
        COMMANDS.put("bench", BenchCommand.class);
        COMMANDS.put("synth", SynthCommand.class);
    }

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        CheckedOutput stdout = new CheckedOutput(new FileOutputStream(FileDescriptor.out));
        System.setOut(utf8(stdout));
        System.setErr(utf8(new FileOutputStream(FileDescriptor.err)));
        if (Boolean.getBoolean("moira.stderr.terminal") && Console.isTerminal()) {
            // The line with Java's own warning about its vector module (see the launcher).
            System.err.print("\033[1A\033[2K\r");
        }
        int status = run(args);
        System.out.flush();
        if (status == 0 && stdout.failure() != null) {
            status = CommandLine.ExitCode.SOFTWARE;
            if (!stdout.isNoLongerRead()) {
                System.err.println(Failures.oneLine("stdout: cannot be written: " + Reason.of(stdout.failure())));
            }
        }
        StderrFilter.await();
        System.exit(status);
    }

    private static int run(String... args) {
        CommandLine line = commandLine(args);
        try {
            return line.execute(args);
        } catch (Error e) { // Out of memory, say.
            return Failures.handle(e, line, List.of(args));
        }
    }

    /**
     * What reads these arguments. The commands that they do not name are left out: to learn of one takes picocli some 15 ms of
     * reflection in a cold JVM.
     */
    static CommandLine commandLine(String... args) {
        CommandLine line = new CommandLine(new Main());
        String first = args.length == 0 ? "" : args[0];
        List<String> names = COMMANDS.containsKey(first) ? List.of(first) : List.copyOf(COMMANDS.keySet());
        names.forEach(name -> line.addSubcommand(name, COMMANDS.get(name)));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        Failures failures = new Failures();
        line.setParameterExceptionHandler(failures);
        line.setExecutionExceptionHandler(failures);
        return line;
    }

    private static PrintStream utf8(OutputStream out) {
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }

    /** Without a command. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a command");
    }
}
