package moira.cli;

import java.time.Duration;
import moira.engine.LoadListener;

/** How far a model is loaded. Nothing is shown of one that loads in a moment. */
final class LoadProgress implements LoadListener, AutoCloseable {
    private static final long A_MOMENT_NANOS = Duration.ofSeconds(1).toNanos();

    private final Console console;
    private final long started = System.nanoTime();
    private ByteProgress shown;

    LoadProgress(Console console) {
        this.console = console;
    }

    @Override
    public void loaded(long done, long total) {
        if (shown == null && System.nanoTime() - started > A_MOMENT_NANOS) {
            shown = new ByteProgress(console, "loading", "loaded", total, started);
        }
        if (shown != null) {
            shown.reached(done);
        }
    }

    @Override
    public void close() {
        if (shown != null) {
            shown.close();
        }
    }
}
