package moira.engine.decoder;

import moira.engine.concurrent.Workers;
import moira.engine.matrix.Matrix;
import moira.engine.matrix.Rows;

/** {@code y[t] = W x[t]} for a batch of tokens. Made once and run often: a run leaves nothing to the garbage collector. */
final class ProductLoop implements Workers.Task {
    private final Products products;
    private Matrix matrix;
    private Rows x;
    private int tokens;
    private float[] y;

    ProductLoop(Products products) {
        this.products = products;
    }

    /** Multiplies the first {@code tokens} rows of x; {@code y} is {@code [tokens][rows]}. */
    void run(Matrix matrix, Rows x, int tokens, float[] y) {
        this.matrix = matrix;
        this.x = x;
        this.tokens = tokens;
        this.y = y;
        products.workers().run(matrix.blocks() * Products.chunks(x, tokens), this);
    }

    @Override
    public void run(int task, int worker) {
        products.multiply(matrix, task, worker, x, tokens, y);
    }
}
