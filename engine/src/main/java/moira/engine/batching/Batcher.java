package moira.engine.batching;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import moira.engine.MoiraException;
import moira.engine.decoder.Batch;

/** Runs many courses together, on a thread of its own. What is asked of it from other threads waits for the step at hand at most. */
public final class Batcher implements AutoCloseable {
    /** How soon one looks again for readers that were slow. */
    private static final long PAUSE_MILLIS = 5;

    private final Batch batch;
    private final BatcherOptions options;
    private final Members members;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Course> queue = new ArrayDeque<>();
    private volatile BatcherState state = new BatcherState(0, 0, 0, 0);
    private boolean draining;
    private boolean closing;

    /**
     * @param batch of which nobody else makes use
     * @param vocabulary rows of the output matrix
     * @param listener told of every step, on the batcher's thread
     */
    public Batcher(Batch batch, int vocabulary, BatcherOptions options, StepListener listener) {
        this.batch = batch;
        this.options = options;
        members = new Members(batch, vocabulary, options, listener);
        thread = Thread.ofPlatform().name("batcher").daemon().start(this::run);
    }

    /**
     * Puts a course in the queue.
     *
     * @return false where the queue is full, or nothing new is taken any more
     * @throws MoiraException if it would need more memory than there is for all
     */
    public boolean submit(Course course) {
        if (course.prompt().length == 0) {
            throw MoiraException.expected("prompt", "at least one token", "none");
        }
        long bytes = batch.kvBytes(course.length());
        if (bytes > options.kvBytes()) {
            throw MoiraException.expected(
                    "a sequence of " + course.length() + " tokens",
                    "keys and values of at most " + options.kvBytes() + " bytes",
                    bytes);
        }
        lock.lock();
        try {
            if (draining || queue.size() >= options.queue() + free()) {
                return false;
            }
            queue.add(course);
            changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Places that nobody has. */
    private int free() {
        return Math.max(0, options.sequences() - state.running());
    }

    /** What it is at. */
    public BatcherState state() {
        lock.lock();
        try {
            return new BatcherState(state.running(), queue.size(), state.kvBytes(), state.kept());
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing new, and waits until what is there is done; returns whether it is. */
    public boolean drain(Duration longest) throws InterruptedException {
        lock.lock();
        try {
            draining = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        return thread.join(longest);
    }

    /** Ends all courses, and frees what they hold. Twice is no error. */
    @Override
    public void close() {
        lock.lock();
        try {
            draining = true;
            closing = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            boolean worked = true;
            while (awaitWork(worked)) {
                worked = members.step();
                state = members.state();
            }
        } finally {
            members.close();
            queue.forEach(Course::ended);
        }
    }

    /** Lets those in who wait; returns false when there is nothing to do any more. */
    private boolean awaitWork(boolean worked) {
        lock.lock();
        try {
            boolean admitted = admit();
            while (!closing && members.size() == 0 && queue.isEmpty() && !draining) {
                changed.awaitUninterruptibly();
                admitted = admit();
            }
            if (!worked && !admitted && !closing) {
                pause();
            }
            return !closing && (!draining || members.size() + queue.size() > 0);
        } finally {
            lock.unlock();
        }
    }

    private void pause() {
        try {
            changed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closing = true;
        }
    }

    /** In the order in which they came; one that has no room yet keeps those behind it waiting. */
    private boolean admit() {
        List<Course> gone = queue.stream().filter(Course::isCancelled).toList();
        queue.removeAll(gone);
        gone.forEach(Course::ended);
        boolean admitted = false;
        while (!queue.isEmpty() && members.admit(queue.peek())) {
            queue.remove();
            admitted = true;
        }
        state = members.state();
        return admitted;
    }
}
