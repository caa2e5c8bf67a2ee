/** The command {@code moira}: arguments, progress, exit status; the work itself is done by the modules below. */
package moira.cli;
