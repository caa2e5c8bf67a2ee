package moira.engine.decoder;

import java.util.function.IntConsumer;
import moira.engine.concurrent.Workers;

/** Does something for every token of a batch, a few at a time. Made once and run often: a run leaves nothing to the garbage collector. */
final class TokenLoop implements Workers.Task {
    /** Tokens of a task. */
    private static final int SHARE = 16;

    private final Workers workers;
    private final IntConsumer body;
    private int from;
    private int to;

    TokenLoop(Workers workers, IntConsumer body) {
        this.workers = workers;
        this.body = body;
    }

    /** The body for tokens 0 to {@code tokens - 1}. */
    void run(int tokens) {
        runFrom(0, tokens);
    }

    /** The body for tokens {@code [from, to)}. */
    void runFrom(int from, int to) {
        this.from = from;
        this.to = to;
        workers.run(Math.ceilDiv(to - from, SHARE), this);
    }

    @Override
    public void run(int task, int worker) {
        int first = from + task * SHARE;
        int end = Math.min(to, first + SHARE);
        for (int t = first; t < end; t++) {
            body.accept(t);
        }
    }
}
