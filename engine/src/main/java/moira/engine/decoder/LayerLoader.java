package moira.engine.decoder;

import java.util.ArrayList;
import java.util.List;
import moira.engine.architecture.DenseSpec;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.LatentSpec;
import moira.engine.architecture.MixtureSpec;
import moira.engine.architecture.NormSpec;
import moira.engine.architecture.Part;
import moira.engine.architecture.Weights;
import moira.engine.matrix.Matrix;

/** Brings the weights of one layer to where they are computed with. */
final class LayerLoader {
    private final MatrixLoader matrices;
    private final Weights.Layer layer;

    private LayerLoader(MatrixLoader matrices, Weights.Layer layer) {
        this.matrices = matrices;
        this.layer = layer;
    }

    static Layer load(MatrixLoader matrices, Weights.Layer weights) {
        return new LayerLoader(matrices, weights).layer();
    }

    private Layer layer() {
        return new Layer(
                layer.spec(),
                norm(Part.ATTENTION_NORM, Part.ATTENTION_NORM_BIAS),
                switch (layer.spec().attention()) {
                    case GroupedQuerySpec _ -> groupedQuery();
                    case LatentSpec _ -> latent();
                },
                norm(Part.FEED_FORWARD_NORM, Part.FEED_FORWARD_NORM_BIAS),
                switch (layer.spec().feedForward()) {
                    case DenseSpec _ -> new FeedForward.Dense.OneUnit(unit(Part.GATE, Part.UP, Part.DOWN));
                    case MixtureSpec _ -> mixture();
                });
    }

    private Norm.Weights norm(Part weight, Part bias) {
        NormSpec spec = layer.spec().norm();
        return new Norm.Weights(spec, layer.floats(weight), layer.floats(bias));
    }

    private Attention.Weights groupedQuery() {
        return new GroupedQueryAttention.Weights(
                linear(Part.QUERY, Part.QUERY_BIAS),
                linear(Part.KEY, Part.KEY_BIAS),
                linear(Part.VALUE, Part.VALUE_BIAS),
                layer.floats(Part.QUERY_NORM),
                layer.floats(Part.KEY_NORM),
                layer.floats(Part.SINKS),
                linear(Part.ATTENTION_OUTPUT, Part.ATTENTION_OUTPUT_BIAS));
    }

    private Attention.Weights latent() {
        boolean compressed = layer.has(Part.QUERY_DOWN);
        return new LatentAttention.Weights(
                compressed ? matrix(Part.QUERY_DOWN) : null,
                layer.floats(Part.QUERY_DOWN_NORM),
                matrix(compressed ? Part.QUERY_UP : Part.QUERY),
                matrix(Part.LATENT_DOWN),
                layer.floats(Part.LATENT_NORM),
                matrices(Part.LATENT_KEY),
                matrices(Part.LATENT_VALUE),
                matrix(Part.ATTENTION_OUTPUT));
    }

    private FeedForward.Weights mixture() {
        List<Experts.Expert> experts = new ArrayList<>();
        for (int e = 0; e < layer.parts().get(Part.EXPERT_GATE).size(); e++) {
            experts.add(new Experts.Expert(
                    matrix(Part.EXPERT_GATE, e), matrix(Part.EXPERT_UP, e), matrix(Part.EXPERT_DOWN, e)));
        }
        Experts.Biases biases = layer.has(Part.EXPERT_GATE_BIAS)
                ? new Experts.Biases(
                        layer.floats(Part.EXPERT_GATE_BIAS),
                        layer.floats(Part.EXPERT_UP_BIAS),
                        layer.floats(Part.EXPERT_DOWN_BIAS))
                : null;
        return new FeedForward.Mixture.OfExperts(
                new Router.Weights(
                        matrix(Part.ROUTER), layer.floats(Part.ROUTER_BIAS), layer.floats(Part.ROUTER_CORRECTION)),
                List.copyOf(experts),
                biases,
                layer.has(Part.SHARED_GATE) ? unit(Part.SHARED_GATE, Part.SHARED_UP, Part.SHARED_DOWN) : null);
    }

    private GatedUnit.Weights unit(Part gate, Part up, Part down) {
        boolean weighed = gate == Part.SHARED_GATE && layer.has(Part.SHARED_WEIGHT);
        return new GatedUnit.Weights(
                matrix(gate), matrix(up), matrix(down), weighed ? matrix(Part.SHARED_WEIGHT) : null);
    }

    private Linear linear(Part matrix, Part bias) {
        return new Linear(matrix(matrix), layer.floats(bias));
    }

    private List<Matrix> matrices(Part part) {
        return layer.parts().get(part).stream().map(matrices::load).toList();
    }

    private Matrix matrix(Part part) {
        return matrix(part, 0);
    }

    private Matrix matrix(Part part, int number) {
        return matrices.load(layer.parts().get(part).get(number));
    }
}
