package moira.engine.decoder;

import moira.engine.concurrent.Workers;
import moira.engine.matrix.Rows;

/** Does something for every (expert with tokens, block of rows, chunk of its assignments), in the order of the experts. */
final class ExpertLoop implements Workers.Task {
    /** One task. */
    @FunctionalInterface
    interface Body {
        /** For assignments {@code [first, first + count)} in the order of {@link Routes#byExpert}. */
        void run(int expert, int block, int first, int count, int worker);
    }

    private final Workers workers;
    private final Routes routes;
    private final Rows x;
    private final Body body;
    /** {@code [E + 1]}: the first task of each expert, and behind them the number of all. */
    private final int[] firstTask;

    private int blocks;

    /** @param x what the body multiplies: it says how many assignments a task takes */
    ExpertLoop(Workers workers, Routes routes, Rows x, Body body) {
        this.workers = workers;
        this.routes = routes;
        this.x = x;
        this.body = body;
        firstTask = new int[routes.start.length];
    }

    /** @param blocks of rows of every expert's matrix */
    void run(int blocks) {
        this.blocks = blocks;
        int experts = firstTask.length - 1;
        for (int e = 0; e < experts; e++) {
            int chunks = Products.chunks(x, routes.start[e + 1] - routes.start[e]);
            firstTask[e + 1] = firstTask[e] + chunks * blocks;
        }
        workers.run(firstTask[experts], this);
    }

    @Override
    public void run(int task, int worker) {
        int expert = 0;
        while (firstTask[expert + 1] <= task) {
            expert++;
        }
        int within = task - firstTask[expert];
        int chunk = Products.chunk(x, routes.start[expert + 1] - routes.start[expert]);
        // All chunks meet a block before the next one is read.
        int chunks = (firstTask[expert + 1] - firstTask[expert]) / blocks;
        int first = routes.start[expert] + within % chunks * chunk;
        int count = Math.min(chunk, routes.start[expert + 1] - first);
        body.run(expert, within / chunks, first, count, worker);
    }
}
