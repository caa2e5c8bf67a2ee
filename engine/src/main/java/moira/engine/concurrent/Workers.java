package moira.engine.concurrent;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import moira.engine.MoiraException;

/**
 * A fixed set of threads that share out the tasks of one loop at a time. The calling thread works too; the others spin for a
 * moment between loops, since the next one of a decoder follows within microseconds, and then sleep.
 *
 * <p>Which thread does which task changes from run to run: tasks must not depend on each other, and start no loops.
 */
public final class Workers implements AutoCloseable {
    /** About 50 microseconds on current processors. */
    private static final int SPINS = 2_000;

    private static final long NAP_NANOS = 20_000;

    /**
     * The most tasks that a thread claims at a time. Neighbouring ones read neighbouring memory, and every jump costs a stream of it
     * about a microsecond: an eighth of a decode step, where a thread takes one block of rows here and the next one there.
     */
    private static final int MOST_CLAIMED = 16;

    private final Thread[] helpers;
    private volatile boolean closed;

    /** How many loops there were; helpers wait for its next value. */
    private volatile int loops;

    private Task task;
    private int tasks;
    private volatile Throwable failure;

    /**
     * Tasks of the loop that nobody has claimed; zero between loops. Written last: who claims a task sees the fields
     * above, and they stay until that task is done, since {@link #run} waits for it.
     */
    private final AtomicInteger unclaimed = new AtomicInteger();

    private final AtomicInteger done = new AtomicInteger();

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
        this.task = task;
        this.tasks = tasks;
        failure = null;
        done.set(0);
        unclaimed.set(tasks);
        loops++;
        for (int i = 0; i < Math.min(helpers.length, tasks - 1); i++) {
            LockSupport.unpark(helpers[i]);
        }
        work(0);
        awaitOthers();
        this.task = null;
        rethrow(failure);
    }

    private void serve(int worker) {
        int seen = 0;
        while (!closed) {
            seen = awaitNext(seen);
            work(worker);
        }
    }

    private int awaitNext(int seen) {
        for (int spin = 0; loops == seen && !closed; spin++) {
            if (spin < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
        return loops;
    }

    private void work(int worker) {
        for (int left = unclaimed.get(); left > 0; left = unclaimed.get()) {
            int claim = claim(left);
            if (unclaimed.compareAndSet(left, left - claim)) {
                int first = tasks - left;
                for (int i = first; i < first + claim; i++) {
                    perform(i, worker);
                }
                done.getAndAdd(claim);
            }
        }
    }

    /** How many tasks to claim at a time: fewer towards the end, where threads would wait for each other. */
    private int claim(int left) {
        return Math.clamp(left / (4 * threads()), 1, MOST_CLAIMED);
    }

    private void perform(int i, int worker) {
        try {
            task.run(i, worker);
        } catch (RuntimeException | Error e) {
            failure = failure == null ? e : failure;
        }
    }

    private void awaitOthers() {
        for (int spin = 0; done.get() < tasks; spin++) {
            if (spin < SPINS) {
                Thread.onSpinWait();
            } else {
                // Another process holds the core of a helper: leave it ours.
                LockSupport.parkNanos(NAP_NANOS);
            }
        }
    }

    private static void rethrow(Throwable failure) {
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
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
}
