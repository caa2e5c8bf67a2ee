package moira.cli;

import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import moira.engine.MoiraException;
import moira.routing.Progress;

/** How far a trace or an import has come: a bar on a terminal, a plain line now and then elsewhere; tokens/s and the time left on both. */
final class ConsoleProgress implements Progress, AutoCloseable {
    private static final long LINE_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

    /** Skipped lines that are named; the others are only counted. */
    private static final int NAMED = 10;

    private final Console console;
    private final String doing;
    private final String did;
    private ProgressBar bar;
    private long skipped;
    private long total;
    private long done;
    /** What an earlier run had done. */
    private long before;

    private long started;
    private long lastLine;

    ConsoleProgress(Console console) {
        this(console, "tracing", "traced");
    }

    /** What is done to the tokens, while it goes on and when it is over. */
    ConsoleProgress(Console console, String doing, String did) {
        this.console = console;
        this.doing = doing;
        this.did = did;
    }

    @Override
    public void skipped(MoiraException problem) {
        skipped++;
        if (skipped <= NAMED) {
            console.warn("skipped: " + problem.getMessage());
        }
    }

    @Override
    public void started(long tokens, long done) {
        if (skipped > 0) {
            console.warn(String.format(Locale.ROOT, "skipped %,d lines or files of the corpus", skipped));
        }
        total = tokens;
        before = done;
        this.done = done;
        started = System.nanoTime();
        lastLine = started;
        if (Console.isTerminal()) {
            bar = new ProgressBarBuilder()
                    .setTaskName(doing)
                    .setInitialMax(tokens)
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                    .setUnit(" tokens", 1)
                    .showSpeed()
                    .setUpdateIntervalMillis(200)
                    .startsFrom(done, Duration.ZERO)
                    .build();
        }
    }

    @Override
    public void advanced(long tokens) {
        done += tokens;
        if (bar != null) {
            bar.stepTo(done);
        } else if (System.nanoTime() - lastLine > LINE_EVERY_NANOS) {
            lastLine = System.nanoTime();
            console.say(line());
        }
    }

    private String line() {
        double seconds = (System.nanoTime() - started) / 1e9;
        double speed = (done - before) / seconds;
        return String.format(
                Locale.ROOT,
                "%s %,d of %,d tokens (%.0f %%), %,.0f tokens/s, %.0f s left",
                did,
                done,
                total,
                100.0 * done / Math.max(1, total),
                speed,
                (total - done) / Math.max(1e-9, speed));
    }

    /** Ends the bar; says how long it took and how fast it was. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
        if (total > 0 && done >= total) {
            double seconds = (System.nanoTime() - started) / 1e9;
            console.done(String.format(
                    Locale.ROOT,
                    "%s %,d tokens in %.1f s (%,.0f tokens/s)",
                    did,
                    total,
                    seconds,
                    (done - before) / seconds));
        }
    }
}
