package moira.engine.concurrent;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import moira.engine.MoiraException;

/**
 * A fixed set of threads that share out the tasks of one loop at a time. The calling thread works too; the others spin for a
 * moment between loops, since the next one of a decoder follows within microseconds, and then sleep.
 *
 * <p>Which thread does which task changes from run to run: tasks must not depend on each other.
 */
public final class Workers implements AutoCloseable {
    /** About 50 microseconds on current processors. */
    private static final int SPINS = 2_000;

    private static final long NAP_NANOS = 20_000;

    private final Thread[] helpers;
    private volatile Loop current;
    private volatile boolean closed;

    /** One task of a loop. */
    @FunctionalInterface
    public interface Task {
        /**
         * @param task from 0
         * @param worker the thread that runs it, in {@code [0, threads)}: an index for memory of its own
         */
        void run(int task, int worker);
    }

    public Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: expected at least 1, found " + threads);
        }
        helpers = new Thread[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            int worker = i + 1;
            helpers[i] =
                    Thread.ofPlatform().daemon().name("moira-worker-" + worker).unstarted(() -> serve(worker));
        }
        try {
            for (Thread helper : helpers) {
                helper.start();
            }
        } catch (OutOfMemoryError e) {
            close();
            throw new MoiraException("threads: expected " + threads + ", found fewer: " + e.getMessage(), e);
        }
    }

    public int threads() {
        return helpers.length + 1;
    }

    /** Runs tasks 0 to {@code tasks - 1} and returns when all are done; the first exception of a task is thrown here. */
    public synchronized void run(int tasks, Task task) {
        if (helpers.length == 0 || tasks <= 1) {
            for (int i = 0; i < tasks; i++) {
                task.run(i, 0);
            }
            return;
        }
        Loop loop = new Loop(tasks, task);
        current = loop;
        for (int i = 0; i < Math.min(helpers.length, tasks - 1); i++) {
            LockSupport.unpark(helpers[i]);
        }
        loop.work(0);
        loop.awaitOthers();
    }

    private void serve(int worker) {
        Loop last = null;
        while (!closed) {
            Loop loop = current;
            if (loop == last) {
                loop = awaitNext(last);
            }
            last = loop;
            if (loop != null) {
                loop.work(worker);
            }
        }
    }

    private Loop awaitNext(Loop last) {
        for (int spin = 0; current == last && !closed; spin++) {
            if (spin < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
        return current;
    }

    /** Ends the threads and waits for their end, so that what they read may be unmapped. */
    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        for (Thread helper : helpers) {
            LockSupport.unpark(helper);
            while (helper.isAlive()) {
                try {
                    helper.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One parallel loop: tasks are claimed by a counter, and counted again when they are done. */
    private static final class Loop {
        private final int tasks;
        private final Task task;
        private final AtomicInteger claimed = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private volatile Throwable failure;

        Loop(int tasks, Task task) {
            this.tasks = tasks;
            this.task = task;
        }

        void work(int worker) {
            for (int i = claimed.getAndIncrement(); i < tasks; i = claimed.getAndIncrement()) {
                try {
                    task.run(i, worker);
                } catch (RuntimeException | Error e) {
                    failure = failure == null ? e : failure;
                }
                done.getAndIncrement();
            }
        }

        void awaitOthers() {
            for (int spin = 0; done.get() < tasks; spin++) {
                if (spin < SPINS) {
                    Thread.onSpinWait();
                } else {
                    // Another process holds the core of a helper: leave it ours.
                    LockSupport.parkNanos(NAP_NANOS);
                }
            }
            switch (failure) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(failure);
            }
        }
    }
}
