package moira.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ctrl-C as a wish: the work sees it, saves what it has, and the process ends when it has closed this. */
final class Interruption implements AutoCloseable {
    /** A step and a checkpoint take seconds; a process that cannot end is worse than a checkpoint that is a little older. */
    private static final long PATIENCE_SECONDS = 120;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean asked;

    Interruption(Console console) {
        hook = new Thread(
                () -> {
                    asked = true;
                    console.say("stopping after this step ...");
                    awaitClosed();
                },
                "interruption");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    boolean isAskedFor() {
        return asked;
    }

    private void awaitClosed() {
        try {
            if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("moira: the work did not end in time; the last checkpoint is older");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // Asked for in this moment, when all is done: the process ends anyway.
            asked = true;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        if (!asked) {
            removeHook();
        }
    }
}
