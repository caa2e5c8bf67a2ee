package moira.engine.decoder;

import moira.engine.architecture.Activation;
import moira.engine.kernel.ExpScalar;
import moira.engine.kernel.Kernels;
import moira.engine.matrix.Matrix;
import moira.engine.matrix.Rows;

/**
 * {@code down(f(gate x, up x))} of every token: a layer without a mixture, or the shared experts of one. Reads {@code a.normed}, adds to
 * {@code a.hidden}.
 */
final class GatedUnit {
    /**
     * The weights.
     *
     * @param weight of shared experts that a token weighs: one row; null for none
     */
    record Weights(Matrix gate, Matrix up, Matrix down, Matrix weight) {
        long bytes() {
            return gate.bytes() + up.bytes() + down.bytes() + (weight == null ? 0 : weight.bytes());
        }
    }

    private final Activation activation;
    private final int width;
    private final int inside;
    private final float scale;
    private final Products products;
    private final Activations a;
    private final Activations.Hidden hidden;
    /** What shared experts are weighed by, in floats as a router. */
    private final Rows normed;

    private final float[] weights;
    private final ProductLoop loop;
    private final TokenLoop activate;
    private final TokenLoop add;
    private boolean weighed;

    /**
     * A unit.
     *
     * @param inside the width of its hidden layer
     * @param scale of what is added to the residual stream
     */
    GatedUnit(Activation activation, int width, int inside, float scale, Products products, Activations a) {
        this.activation = activation;
        this.width = width;
        this.inside = inside;
        this.scale = scale;
        this.products = products;
        this.a = a;
        hidden = a.unit(inside);
        normed = a.normed.inFloats();
        weights = new float[a.tokens()];
        loop = new ProductLoop(products);
        activate = new TokenLoop(products.workers(), this::activate);
        add = new TokenLoop(products.workers(), this::add);
    }

    /** Of tokens {@code [from, to)}. */
    void forward(Weights unit, int from, int to) {
        loop.add(unit.gate(), hidden.gate().values()).add(unit.up(), hidden.up());
        loop.run(a.normed, from, to);
        activate.runFrom(from, to);
        loop.add(unit.down(), a.projected).run(hidden.gate(), from, to);
        weighed = unit.weight() != null;
        if (weighed) {
            loop.add(unit.weight(), weights).run(normed, from, to);
        }
        add.runFrom(from, to);
    }

    private void activate(int t) {
        activate(products.kernels(), activation, hidden.gate().values(), hidden.up(), t * inside, inside);
        hidden.gate().quantise(products.kernels(), t);
    }

    private void add(int t) {
        float weight = weighed ? scale / (1 + ExpScalar.exp(-weights[t])) : scale;
        products.kernels().addScaled(a.hidden, t * width, weight, a.projected, t * width, width);
    }

    /** {@code gate = f(gate, up)}, in place, over n values of both from {@code at}. */
    static void activate(Kernels kernels, Activation activation, float[] gate, float[] up, int at, int n) {
        switch (activation) {
            case Activation.SwiGlu _ -> kernels.swiGlu(gate, at, up, at, n);
            case Activation.ClampedSwiGlu clamped ->
                kernels.clampedSwiGlu(gate, at, up, at, n, clamped.alpha(), clamped.limit());
        }
    }
}
