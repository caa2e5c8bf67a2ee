package moira.cli;

import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** How much of a file is written: a bar on a terminal, a plain line now and then elsewhere. */
final class ByteProgress implements AutoCloseable {
    private static final long LINE_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

    private final Console console;
    private final long total;
    private final long started = System.nanoTime();
    private final ProgressBar bar;
    private long done;
    private long lastLine = started;

    ByteProgress(Console console, String doing, long total) {
        this.console = console;
        this.total = total;
        bar = console.isTerminal()
                ? new ProgressBarBuilder()
                        .setTaskName(doing)
                        .setInitialMax(total)
                        .setUnit(" MB", 1_000_000)
                        .build()
                : null;
    }

    void advanced(long bytes) {
        done += bytes;
        long now = System.nanoTime();
        if (bar != null) {
            bar.stepTo(done);
        } else if (now - lastLine > LINE_EVERY_NANOS) {
            lastLine = now;
            double left = (now - started) / 1e9 * (total - done) / done;
            console.say(String.format(
                    Locale.ROOT, "%,.0f of %,.0f MB written, %,.0f s left", done / 1e6, total / 1e6, left));
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
