package moira.cli;

import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** How much of a file is written or loaded: a bar on a terminal, a plain line now and then elsewhere. */
final class ByteProgress implements AutoCloseable {
    private static final long LINE_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

    private final Console console;
    private final String did;
    private final long total;
    private final long started;
    private final ProgressBar bar;
    private long done;
    private long lastLine;

    /** Of a file that is written from now on. */
    ByteProgress(Console console, long total) {
        this(console, "writing", "written", total, System.nanoTime());
    }

    /**
     * @param doing what is done, and {@code did}, when it is over
     * @param started when it began, by {@link System#nanoTime}
     */
    ByteProgress(Console console, String doing, String did, long total, long started) {
        this.console = console;
        this.did = did;
        this.total = total;
        this.started = started;
        lastLine = started;
        bar = Console.isTerminal()
                ? new ProgressBarBuilder()
                        .setTaskName(doing)
                        .setInitialMax(total)
                        .setUnit(" MB", 1_000_000)
                        .build()
                : null;
    }

    void advanced(long bytes) {
        reached(done + bytes);
    }

    void reached(long bytes) {
        done = bytes;
        long now = System.nanoTime();
        if (bar != null) {
            bar.stepTo(done);
        } else if (now - lastLine > LINE_EVERY_NANOS) {
            lastLine = now;
            double left = (now - started) / 1e9 * (total - done) / done;
            console.say(String.format(
                    Locale.ROOT, "%,.0f of %,.0f MB %s, %,.0f s left", done / 1e6, total / 1e6, did, left));
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
