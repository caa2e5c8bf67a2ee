package moira.engine.decoder;

import moira.engine.concurrent.Workers;
import moira.engine.kernel.Kernels;
import moira.engine.matrix.Matrix;
import moira.engine.matrix.Rows;
import moira.engine.matrix.Scratch;

/** Matrix products shared out among threads: a task is one block of rows times one chunk of tokens. */
final class Products {
    /** Tokens of a task: their activations stay in the second-level cache while the rows of a block pass by. */
    private static final int CHUNK = 64;

    /** Tokens of a task of an accelerator: weights are unpacked once a task, which takes as long as some 50 tokens. */
    private static final int ACCELERATED_CHUNK = 512;

    private final Kernels kernels;
    private final Workers workers;
    private final Scratch[] scratch;

    Products(Kernels kernels, Workers workers) {
        this.kernels = kernels;
        this.workers = workers;
        scratch = new Scratch[workers.threads()];
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = new Scratch();
        }
    }

    Kernels kernels() {
        return kernels;
    }

    Workers workers() {
        return workers;
    }

    /** The memory of one worker. */
    Scratch scratch(int worker) {
        return scratch[worker];
    }

    /** Tokens of a task. */
    static int chunk(Rows x) {
        return x.bfloat16() == null ? CHUNK : ACCELERATED_CHUNK;
    }

    /** In how many chunks tokens meet a block. */
    static int chunks(Rows x, int tokens) {
        return Math.ceilDiv(tokens, chunk(x));
    }

    /** Of {@code blocks * chunks} tasks the one with a number: a block of rows times a chunk of {@code tokens}. */
    void multiply(Matrix matrix, int task, int worker, Rows x, int tokens, float[] y) {
        int chunks = chunks(x, tokens);
        int first = task % chunks * chunk(x);
        multiply(matrix, task / chunks, worker, x, first, Math.min(chunk(x), tokens - first), y, first);
    }

    /** One task: a block of rows times {@code count} rows of x from {@code first} on, into those of y from {@code yFirst} on. */
    void multiply(Matrix matrix, int block, int worker, Rows x, int first, int count, float[] y, int yFirst) {
        matrix.multiply(kernels, block, scratch[worker], x, first, count, y, yFirst * matrix.rows(), matrix.rows());
    }
}
