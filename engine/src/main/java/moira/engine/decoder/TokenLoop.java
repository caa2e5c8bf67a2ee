package moira.engine.decoder;

import java.util.function.IntConsumer;
import moira.engine.concurrent.Workers;

/** Does something for every token of a batch, a few at a time. Made once and run often: a run leaves nothing to the garbage collector. */
final class TokenLoop implements Workers.Task {
    /** Tokens of a task. */
    private static final int SHARE = 16;

    private final Workers workers;
    private final IntConsumer body;
    private int tokens;

    TokenLoop(Workers workers, IntConsumer body) {
        this.workers = workers;
        this.body = body;
    }

    /** The body for tokens 0 to {@code tokens - 1}. */
    void run(int tokens) {
        this.tokens = tokens;
        workers.run((tokens + SHARE - 1) / SHARE, this);
    }

    @Override
    public void run(int task, int worker) {
        int end = Math.min(tokens, (task + 1) * SHARE);
        for (int t = task * SHARE; t < end; t++) {
            body.accept(t);
        }
    }
}
