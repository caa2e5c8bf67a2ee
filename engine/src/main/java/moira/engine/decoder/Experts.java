package moira.engine.decoder;

import java.util.List;
import moira.engine.architecture.MixtureSpec;
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
    /** One expert, {@code down(f(gate x, up x))}: with SwiGLU inside, arXiv 2002.05202, eq. 5. */
    record Expert(Matrix gate, Matrix up, Matrix down) {
        long bytes() {
            return gate.bytes() + up.bytes() + down.bytes();
        }
    }

    /**
     * The biases of all experts of a layer, side by side.
     *
     * @param gate {@code [E][expertWidth]}
     * @param down {@code [E][width]}
     */
    // The arrays are weights: nobody writes them.
    @SuppressWarnings("ArrayRecordComponent")
    record Biases(float[] gate, float[] up, float[] down) {}

    private final MixtureSpec spec;
    private final int width;
    private final float scale;
    private final Products products;
    private final Activations a;
    private final TokenLoop gather;
    private final ExpertLoop hidden;
    private final TokenLoop activate;
    private final ExpertLoop down;
    private final TokenLoop weightedSum;
    private List<Expert> experts;
    /** Null for none. */
    private Biases biases;

    /** @param scale of what is added to the residual stream */
    Experts(MixtureSpec spec, int width, float scale, Products products, Activations a) {
        this.spec = spec;
        this.width = width;
        this.scale = scale;
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
    void forward(List<Expert> experts, Biases biases, int from, int to) {
        this.experts = experts;
        this.biases = biases;
        a.routes.group(from, to);
        gather.runFrom(from, to);
        hidden.run(2 * experts.getFirst().gate().blocks());
        activate.run((to - from) * spec.expertsPerToken());
        down.run(experts.getFirst().down().blocks());
        weightedSum.runFrom(from, to);
    }

    /** Copies a token's normed state to its places among the tokens of its experts. */
    private void gather(int t) {
        for (int i = t * spec.expertsPerToken(); i < (t + 1) * spec.expertsPerToken(); i++) {
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
        int from = alone ? assignment / spec.expertsPerToken() : first;
        int blocks = weights.gate().blocks();
        if (block < blocks) {
            products.multiply(weights.gate(), block, worker, x, from, count, a.gate.values(), first);
        } else {
            products.multiply(weights.up(), block - blocks, worker, x, from, count, a.up, first);
        }
    }

    /** {@code f(gate x, up x)} of an assignment. */
    private void activate(int slot) {
        Kernels kernels = products.kernels();
        int inside = spec.expertWidth();
        int at = slot * inside;
        if (biases != null) {
            int ofExpert = a.routes.experts[a.routes.byExpert[slot]] * inside;
            kernels.addScaled(a.gate.values(), at, 1, biases.gate(), ofExpert, inside);
            kernels.addScaled(a.up, at, 1, biases.up(), ofExpert, inside);
        }
        GatedUnit.activate(kernels, spec.activation(), a.gate.values(), a.up, at, inside);
        a.gate.quantise(kernels, slot);
    }

    private void down(int expert, int block, int first, int count, int worker) {
        products.multiply(experts.get(expert).down(), block, worker, a.gate, first, count, a.expertOutput, first);
    }

    /** Adds up in the order of the choices, whichever expert was done first. */
    private void weightedSum(int t) {
        Kernels kernels = products.kernels();
        Routes routes = a.routes;
        int k = spec.expertsPerToken();
        for (int i = t * k; i < (t + 1) * k; i++) {
            float weight = scale * routes.weights[i];
            kernels.addScaled(a.hidden, t * width, weight, a.expertOutput, routes.slot[i] * width, width);
            if (biases != null) {
                kernels.addScaled(a.hidden, t * width, weight, biases.down(), routes.experts[i] * width, width);
            }
        }
    }
}
