package moira.cli;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The process that the launcher puts behind stderr where that is no terminal. Who starts Moira has all of its words when it ends. */
final class StderrFilter {
    private static final long PATIENCE_SECONDS = 5;

    private StderrFilter() {}

    /** Closes stderr, and waits until the filter has passed on what was said. */
    static void await() {
        System.err.flush();
        Long filter = Long.getLong("moira.stderr.filter");
        if (filter != null) {
            System.err.close();
            ProcessHandle.of(filter).ifPresent(StderrFilter::await);
        }
    }

    private static void await(ProcessHandle filter) {
        try {
            filter.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // Somebody reads slowly, or not at all: no reason not to end.
            return;
        }
    }
}
