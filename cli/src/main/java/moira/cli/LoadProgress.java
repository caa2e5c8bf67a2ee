package moira.cli;

import java.time.Duration;
import moira.engine.LoadListener;

/** How far a model is loaded. Nothing is shown of one that loads in a moment. */
final class LoadProgress implements LoadListener, AutoCloseable {
    private static final long A_MOMENT_NANOS = Duration.ofSeconds(1).toNanos();

    private final Console console;
    private boolean started;
    private long start;
    private ByteProgress shown;

    LoadProgress(Console console) {
        this.console = console;
    }

    @Override
    public void loaded(long done, long total) {
        if (!started) {
            started = true;
            start = System.nanoTime();
        }
        if (shown == null && isLong(System.nanoTime() - start, done, total)) {
            shown = new ByteProgress(console, "loading", "loaded", total, start);
        }
        if (shown != null) {
            shown.reached(done);
        }
    }

    /** Whether a moment has passed since the first matrix, and the rest will take another. */
    private static boolean isLong(long nanos, long done, long total) {
        return nanos > A_MOMENT_NANOS && (double) nanos / done * (total - done) > A_MOMENT_NANOS;
    }

    @Override
    public void close() {
        if (shown != null) {
            shown.close();
        }
    }
}
