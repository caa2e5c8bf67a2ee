package moira.engine.decoder;

import moira.engine.concurrent.Workers;
import moira.engine.matrix.Matrix;
import moira.engine.matrix.Rows;

/**
 * {@code y[t] = W x[t]} for a batch of tokens, of one matrix or of some that read the same x: threads meet once for all of them. Made
 * once and run often: a run leaves nothing to the garbage collector.
 */
final class ProductLoop implements Workers.Task {
    private static final int MOST_MATRICES = 3;

    private final Products products;
    private final Matrix[] matrices = new Matrix[MOST_MATRICES];
    private final float[][] results = new float[MOST_MATRICES][];
    private int count;
    private Rows x;
    private int from;
    private int tokens;
    private int chunks;

    ProductLoop(Products products) {
        this.products = products;
    }

    /** A matrix of the next run, and where its products go: {@code [tokens][rows]}. */
    ProductLoop add(Matrix matrix, float[] y) {
        matrices[count] = matrix;
        results[count] = y;
        count++;
        return this;
    }

    /** Multiplies rows {@code [from, to)} of x, into rows of the same numbers. */
    void run(Rows x, int from, int to) {
        this.x = x;
        this.from = from;
        tokens = to - from;
        chunks = Products.chunks(x, tokens);
        int blocks = 0;
        for (int i = 0; i < count; i++) {
            blocks += matrices[i].blocks();
        }
        products.workers().run(blocks * chunks, this);
        count = 0;
    }

    @Override
    public void run(int task, int worker) {
        int matrix = 0;
        int within = task;
        while (within >= matrices[matrix].blocks() * chunks) {
            within -= matrices[matrix].blocks() * chunks;
            matrix++;
        }
        int chunk = Products.chunk(x, tokens);
        int first = within % chunks * chunk;
        int some = Math.min(chunk, tokens - first);
        products.multiply(
                matrices[matrix], within / chunks, worker, x, from + first, some, results[matrix], from + first);
    }
}
