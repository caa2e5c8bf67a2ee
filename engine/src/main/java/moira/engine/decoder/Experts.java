package moira.engine.decoder;

import java.util.List;
import moira.engine.checkpoint.DecoderConfig;
import moira.engine.concurrent.Workers;
import moira.engine.kernel.Kernels;
import moira.engine.matrix.Matrix;
import moira.engine.matrix.Rows;

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
    private final Products products;
    private final Activations a;
    private final TokenLoop gather;
    private final ExpertLoop hidden;
    private final TokenLoop activate;
    private final ExpertLoop down;
    private final TokenLoop weightedSum;
    private List<Expert> experts;

    Experts(DecoderConfig config, Products products, Activations a) {
        this.config = config;
        this.products = products;
        this.a = a;
        Workers workers = products.workers();
        gather = new TokenLoop(workers, this::gather);
        hidden = new ExpertLoop(workers, a.routes, a.gathered, this::hidden);
        activate = new TokenLoop(workers, this::activate);
        down = new ExpertLoop(workers, a.routes, a.gate, this::down);
        weightedSum = new TokenLoop(workers, this::weightedSum);
    }

    /** Reads {@code a.normed} and {@code a.routes}, adds the weighted sum to {@code a.hidden}; of tokens {@code [from, to)}. */
    void forward(List<Expert> experts, int from, int to) {
        this.experts = experts;
        a.routes.group(from, to);
        gather.runFrom(from, to);
        hidden.run(2 * experts.getFirst().gate().blocks());
        activate.run((to - from) * config.expertsPerToken());
        down.run(experts.getFirst().down().blocks());
        weightedSum.runFrom(from, to);
    }

    /** Copies a token's normed state to its places among the tokens of its experts. */
    private void gather(int t) {
        int width = config.width();
        for (int i = t * config.expertsPerToken(); i < (t + 1) * config.expertsPerToken(); i++) {
            if (!a.routes.isAlone(i)) {
                int slot = a.routes.slot[i];
                System.arraycopy(a.normed.values(), t * width, a.gathered.values(), slot * width, width);
                a.gathered.quantise(products.kernels(), slot);
            }
        }
    }

    /**
     * {@code gate x} and {@code up x} of some of an expert's tokens: all blocks of the one, then those of the other, so that each is
     * read straight ahead.
     */
    private void hidden(int expert, int block, int first, int count, int worker) {
        Expert weights = experts.get(expert);
        int assignment = a.routes.byExpert[first];
        boolean alone = a.routes.isAlone(assignment);
        Rows x = alone ? a.normed : a.gathered;
        int from = alone ? assignment / config.expertsPerToken() : first;
        int blocks = weights.gate().blocks();
        if (block < blocks) {
            products.multiply(weights.gate(), block, worker, x, from, count, a.gate.values(), first);
        } else {
            products.multiply(weights.up(), block - blocks, worker, x, from, count, a.up, first);
        }
    }

    /** {@code silu(gate x) * up x} of an assignment. */
    private void activate(int slot) {
        int width = config.expertWidth();
        products.kernels().swiGlu(a.gate.values(), slot * width, a.up, slot * width, width);
        a.gate.quantise(products.kernels(), slot);
    }

    private void down(int expert, int block, int first, int count, int worker) {
        products.multiply(experts.get(expert).down(), block, worker, a.gate, first, count, a.expertOutput, first);
    }

    /** Adds up in the order of the choices, whichever expert was done first. */
    private void weightedSum(int t) {
        Kernels kernels = products.kernels();
        int width = config.width();
        int k = config.expertsPerToken();
        for (int i = t * k; i < (t + 1) * k; i++) {
            kernels.addScaled(
                    a.hidden, t * width, a.routes.weights[i], a.expertOutput, a.routes.slot[i] * width, width);
        }
    }
}
