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
    record Expert(Matrix gate, Matrix up, Matrix down) {
        long bytes() {
            return gate.bytes() + up.bytes() + down.bytes();
        }
    }

    private final DecoderConfig config;
    private final List<Expert> experts;

    Experts(DecoderConfig config, List<Expert> experts) {
        this.config = config;
        this.experts = experts;
    }

    /** Bytes of weights that a token reads: those of k experts. */
    long bytes() {
        return experts.stream().mapToLong(Expert::bytes).sum() / experts.size() * config.expertsPerToken();
    }

    /** Reads {@code a.normed} and {@code a.routes}, adds the weighted sum to {@code a.hidden}. */
    void forward(Products products, Activations a, int tokens) {
        Routes routes = a.routes;
        products.forEachToken(tokens, t -> gather(products.kernels(), a, t));
        forEachTask(
                products,
                routes,
                Products.chunk(a.gathered),
                experts.getFirst().gate().blocks(),
                (expert, block, first, count, worker) ->
                        hidden(products, worker, a, experts.get(expert), block, first, count));
        products.forEachToken(tokens * config.expertsPerToken(), i -> a.gate.quantise(products.kernels(), i));
        forEachTask(
                products,
                routes,
                Products.chunk(a.gate),
                experts.getFirst().down().blocks(),
                (expert, block, first, count, worker) -> products.multiply(
                        experts.get(expert).down(), block, worker, a.gate, first, count, a.expertOutput));
        products.forEachToken(tokens, t -> weightedSum(products.kernels(), a, t));
    }

    /** Copies a token's normed state to its places among the tokens of its experts. */
    private void gather(Kernels kernels, Activations a, int t) {
        int width = config.width();
        for (int i = t * config.expertsPerToken(); i < (t + 1) * config.expertsPerToken(); i++) {
            int slot = a.routes.slot[i];
            System.arraycopy(a.normed.values(), t * width, a.gathered.values(), slot * width, width);
            a.gathered.quantise(kernels, slot);
        }
    }

    /** {@code silu(gate x) * up x}, for one block of the hidden layer and some of an expert's tokens. */
    private void hidden(Products products, int worker, Activations a, Expert expert, int block, int first, int count) {
        products.multiply(expert.gate(), block, worker, a.gathered, first, count, a.gate.values());
        products.multiply(expert.up(), block, worker, a.gathered, first, count, a.up);
        for (int i = first; i < first + count; i++) {
            int at = i * config.expertWidth() + block * Matrix.BLOCK_ROWS;
            products.kernels()
                    .swiGlu(a.gate.values(), at, a.up, at, expert.gate().rowsOf(block));
        }
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
    private void forEachTask(Products products, Routes routes, int chunk, int blocks, ExpertTask task) {
        int[] firstTask = new int[experts.size() + 1];
        for (int e = 0; e < experts.size(); e++) {
            int assignments = routes.start[e + 1] - routes.start[e];
            int chunks = Math.ceilDiv(assignments, chunk);
            firstTask[e + 1] = firstTask[e] + chunks * blocks;
        }
        products.workers().run(firstTask[experts.size()], (index, worker) -> {
            int expert = 0;
            while (firstTask[expert + 1] <= index) {
                expert++;
            }
            int within = index - firstTask[expert];
            int first = routes.start[expert] + within / blocks * chunk;
            int count = Math.min(chunk, routes.start[expert + 1] - first);
            task.run(expert, within % blocks, first, count, worker);
        });
    }
}
