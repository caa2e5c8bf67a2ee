package moira.cli;

import java.nio.file.Path;
import java.time.Duration;
import moira.engine.LoadListener;
import moira.engine.Model;
import moira.engine.ModelOptions;

/** How far a model is loaded. Nothing is shown of one that loads in a moment. */
final class LoadProgress implements LoadListener, AutoCloseable {
    private static final long A_MOMENT_NANOS = Duration.ofSeconds(1).toNanos();

    private final Console console;
    private boolean started;
    private long start;
    private ByteProgress shown;

    private LoadProgress(Console console) {
        this.console = console;
    }

    /** {@link Model#load}, seen on the console. */
    static Model load(Path path, ModelOptions options, Console console) {
        try (LoadProgress progress = new LoadProgress(console)) {
            return Model.load(path, options, progress);
        }
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
