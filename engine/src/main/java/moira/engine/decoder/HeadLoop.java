package moira.engine.decoder;

import java.util.List;
import moira.engine.concurrent.Workers;
import moira.engine.matrix.Matrix;
import moira.engine.matrix.Rows;

/**
 * {@code y[t][h] = W_h x[h][t]} of all heads of a batch, each with a matrix of its own. Made once and run often: a run leaves nothing to the
 * garbage collector.
 */
final class HeadLoop implements Workers.Task {
    private final Products products;
    private List<Matrix> matrices;
    private Rows x;
    private int tokens;
    private int chunks;
    private float[] y;
    private int headWidth;

    HeadLoop(Products products) {
        this.products = products;
    }

    /**
     * Multiplies.
     *
     * @param matrices one a head, all of one shape
     * @param x {@code [head][tokens][columns]}
     * @param y {@code [tokens][head][headWidth]}, of which the first values of a head are written
     */
    void run(List<Matrix> matrices, Rows x, int tokens, float[] y, int headWidth) {
        this.matrices = matrices;
        this.x = x;
        this.tokens = tokens;
        this.y = y;
        this.headWidth = headWidth;
        chunks = Products.chunks(x, tokens);
        products.workers().run(matrices.size() * matrices.getFirst().blocks() * chunks, this);
    }

    @Override
    public void run(int task, int worker) {
        int blocks = matrices.getFirst().blocks();
        int head = task / (blocks * chunks);
        int within = task % (blocks * chunks);
        int chunk = Products.chunk(x, tokens);
        int first = within % chunks * chunk;
        int count = Math.min(chunk, tokens - first);
        int stride = matrices.size() * headWidth;
        matrices.get(head)
                .multiply(
                        products.kernels(),
                        within / chunks,
                        products.scratch(worker),
                        x,
                        head * tokens + first,
                        count,
                        y,
                        first * stride + head * headWidth,
                        stride);
    }
}
