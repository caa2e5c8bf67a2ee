package moira.engine.decoder;

import moira.engine.concurrent.Workers;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.PackedKernels;
import moira.engine.matrix.Matrix;
import moira.engine.matrix.Rows;
import moira.engine.matrix.Scratch;

/** Matrix products shared out among threads: a task is one block of rows times one chunk of tokens. */
final class Products {
    /**
     * The most tokens of a task. Weights are unpacked once a task, which takes 17 % of the time of 64 tokens and 7 % of that of 192;
     * more of them leave the caches without gain.
     */
    private static final int CHUNK = 192;

    /** The same with an accelerator: unpacking takes as long as some 50 tokens. */
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

    /** Tokens of a task: as few tasks as may be, of the same size, and whole tiles. */
    static int chunk(Rows x, int tokens) {
        int some = Math.max(1, tokens);
        int chunks = Math.ceilDiv(some, x.bfloat16() == null ? CHUNK : ACCELERATED_CHUNK);
        return Math.ceilDiv(some, chunks * PackedKernels.TILE_TOKENS) * PackedKernels.TILE_TOKENS;
    }

    /** In how many chunks tokens meet a block. */
    static int chunks(Rows x, int tokens) {
        return Math.ceilDiv(tokens, chunk(x, tokens));
    }

    /** Of {@code blocks * chunks} tasks the one with a number: a block of rows times a chunk of {@code tokens}. */
    void multiply(Matrix matrix, int task, int worker, Rows x, int tokens, float[] y) {
        int chunk = chunk(x, tokens);
        int chunks = Math.ceilDiv(tokens, chunk);
        int first = task % chunks * chunk;
        multiply(matrix, task / chunks, worker, x, first, Math.min(chunk, tokens - first), y, first);
    }

    /** One task: a block of rows times {@code count} rows of x from {@code first} on, into those of y from {@code yFirst} on. */
    void multiply(Matrix matrix, int block, int worker, Rows x, int first, int count, float[] y, int yFirst) {
        matrix.multiply(kernels, block, scratch[worker], x, first, count, y, yFirst * matrix.rows(), matrix.rows());
    }
}
