package moira.cli;

import picocli.CommandLine.Option;

/** What every command has. */
final class Common {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    @Option(names = "--verbose", description = "Show the stack of an error.")
    boolean verbose;
}
