package moira.engine.decoder;

import java.util.List;
import moira.engine.checkpoint.DecoderConfig;
import moira.engine.kernel.Kernels;
import moira.engine.matrix.Matrix;

/**
 * The experts of a layer: {@code y = sum over the chosen i of G(x)_i * SwiGLU_i(x)} (Mixtral of Experts, section 2.1).
 *
 * <p>The tokens of a batch are grouped by expert, so each expert's weights are read once a batch. The work list is flat over
 * (expert, block of rows, chunk of tokens): an expert with few tokens starves no thread.
 */
final class Experts {
    /** One SwiGLU expert, {@code down(silu(gate x) * up x)} (arXiv 2002.05202, eq. 5). */
    record Expert(Matrix gate, Matrix up, Matrix down) {}

    private final DecoderConfig config;
    private final List<Expert> experts;

    Experts(DecoderConfig config, List<Expert> experts) {
        this.config = config;
        this.experts = experts;
    }

    /** Reads {@code a.normed} and {@code a.routes}, adds the weighted sum to {@code a.hidden}. */
    void forward(Products products, Activations a, int tokens) {
        int width = config.width();
        int k = config.expertsPerToken();
        Routes routes = a.routes;
        products.forEachToken(tokens, t -> {
            for (int i = t * k; i < (t + 1) * k; i++) {
                System.arraycopy(a.normed, t * width, a.gathered, routes.slot[i] * width, width);
            }
        });
        forEachTask(
                products,
                routes,
                experts.getFirst().gate().blocks(),
                (expert, block, first, count, worker) ->
                        hidden(products, worker, a, experts.get(expert), block, first, count));
        forEachTask(
                products,
                routes,
                experts.getFirst().down().blocks(),
                (expert, block, first, count, worker) -> experts.get(expert)
                        .down()
                        .multiply(
                                products.kernels(),
                                block,
                                products.scratch(worker),
                                a.gate,
                                first * config.expertWidth(),
                                config.expertWidth(),
                                count,
                                a.expertOutput,
                                first * width,
                                width));
        products.forEachToken(tokens, t -> weightedSum(products.kernels(), a, t));
    }

    /** {@code silu(gate x) * up x}, for one block of the hidden layer and some of an expert's tokens. */
    private void hidden(Products products, int worker, Activations a, Expert expert, int block, int first, int count) {
        Kernels kernels = products.kernels();
        int width = config.width();
        int inner = config.expertWidth();
        multiplyInto(
                products, worker, expert.gate(), block, a.gathered, first * width, width, count, a.gate, first * inner);
        multiplyInto(
                products, worker, expert.up(), block, a.gathered, first * width, width, count, a.up, first * inner);
        int row = block * Matrix.BLOCK_ROWS;
        for (int i = first; i < first + count; i++) {
            kernels.swiGlu(
                    a.gate,
                    i * inner + row,
                    a.up,
                    i * inner + row,
                    expert.gate().rowsOf(block));
        }
    }

    private static void multiplyInto(
            Products products,
            int worker,
            Matrix matrix,
            int block,
            float[] x,
            int xAt,
            int xStride,
            int count,
            float[] y,
            int yAt) {
        matrix.multiply(
                products.kernels(), block, products.scratch(worker), x, xAt, xStride, count, y, yAt, matrix.rows());
    }

    /** Adds up in the order of the choices, whichever expert was done first. */
    private void weightedSum(Kernels kernels, Activations a, int t) {
        int width = config.width();
        int k = config.expertsPerToken();
        for (int i = t * k; i < (t + 1) * k; i++) {
            kernels.addScaled(
                    a.hidden, t * width, a.routes.weights[i], a.expertOutput, a.routes.slot[i] * width, width);
        }
    }

    @FunctionalInterface
    private interface ExpertTask {
        void run(int expert, int block, int first, int count, int worker);
    }

    /** Every (expert with tokens, block, chunk of its assignments), in the order of the experts. */
    private void forEachTask(Products products, Routes routes, int blocks, ExpertTask task) {
        int[] firstTask = new int[experts.size() + 1];
        for (int e = 0; e < experts.size(); e++) {
            int assignments = routes.start[e + 1] - routes.start[e];
            int chunks = (assignments + Products.CHUNK - 1) / Products.CHUNK;
            firstTask[e + 1] = firstTask[e] + chunks * blocks;
        }
        products.workers().run(firstTask[experts.size()], (index, worker) -> {
            int expert = 0;
            while (firstTask[expert + 1] <= index) {
                expert++;
            }
            int within = index - firstTask[expert];
            int first = routes.start[expert] + within / blocks * Products.CHUNK;
            int count = Math.min(Products.CHUNK, routes.start[expert + 1] - first);
            task.run(expert, within % blocks, first, count, worker);
        });
    }
}
