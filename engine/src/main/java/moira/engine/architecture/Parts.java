package moira.engine.architecture;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import moira.engine.architecture.GroupedQuerySpec.HeadNorm;

/**
 * Every weight of a described decoder with its shape, outermost dimension first: a matrix is {@code [rows, columns]}, the matrices of
 * all experts or heads {@code [E, rows, columns]}. What is not listed here, a file of the model must not have.
 */
public final class Parts {
    private final Map<Part, List<Long>> shapes = new EnumMap<>(Part.class);
    private final long width;

    private Parts(long width) {
        this.width = width;
    }

    /** What stands before and behind the layers. */
    public static Map<Part, List<Long>> ofModel(Architecture architecture) {
        Parts parts = new Parts(architecture.width());
        parts.put(Part.EMBEDDING, architecture.vocabulary(), parts.width);
        parts.norm(architecture.outputNorm(), Part.OUTPUT_NORM, Part.OUTPUT_NORM_BIAS);
        parts.put(Part.OUTPUT, architecture.vocabulary(), parts.width);
        if (architecture.outputBiased()) {
            parts.put(Part.OUTPUT_BIAS, architecture.vocabulary());
        }
        return parts.shapes;
    }

    /** The weights of a layer. */
    public static Map<Part, List<Long>> ofLayer(Architecture architecture, LayerSpec layer) {
        Parts parts = new Parts(architecture.width());
        parts.norm(layer.norm(), Part.ATTENTION_NORM, Part.ATTENTION_NORM_BIAS);
        switch (layer.attention()) {
            case GroupedQuerySpec grouped -> parts.groupedQuery(grouped);
            case LatentSpec latent -> parts.latent(latent);
        }
        parts.norm(layer.norm(), Part.FEED_FORWARD_NORM, Part.FEED_FORWARD_NORM_BIAS);
        switch (layer.feedForward()) {
            case DenseSpec dense -> parts.unit(dense.width(), Part.GATE, Part.UP, Part.DOWN);
            case MixtureSpec mixture -> parts.mixture(mixture);
        }
        return parts.shapes;
    }

    private void norm(NormSpec norm, Part weight, Part bias) {
        put(weight, width);
        if (norm.hasBias()) {
            put(bias, width);
        }
    }

    private void groupedQuery(GroupedQuerySpec a) {
        long queries = (long) a.heads() * a.headWidth();
        long keys = (long) a.kvHeads() * a.headWidth();
        put(Part.QUERY, queries, width);
        put(Part.KEY, keys, width);
        put(Part.VALUE, keys, width);
        if (a.biased()) {
            put(Part.QUERY_BIAS, queries);
            put(Part.KEY_BIAS, keys);
            put(Part.VALUE_BIAS, keys);
        }
        if (a.norm() != HeadNorm.NONE) {
            put(Part.QUERY_NORM, a.norm() == HeadNorm.HEAD ? a.headWidth() : queries);
            put(Part.KEY_NORM, a.norm() == HeadNorm.HEAD ? a.headWidth() : keys);
        }
        if (a.sinks()) {
            put(Part.SINKS, a.heads());
        }
        put(Part.ATTENTION_OUTPUT, width, queries);
        if (a.outputBiased()) {
            put(Part.ATTENTION_OUTPUT_BIAS, width);
        }
    }

    private void latent(LatentSpec a) {
        long queries = (long) a.heads() * a.queryWidth();
        if (a.queryRank() > 0) {
            put(Part.QUERY_DOWN, a.queryRank(), width);
            put(Part.QUERY_DOWN_NORM, a.queryRank());
            put(Part.QUERY_UP, queries, a.queryRank());
        } else {
            put(Part.QUERY, queries, width);
        }
        put(Part.LATENT_DOWN, a.keyWidth(), width);
        put(Part.LATENT_NORM, a.latentWidth());
        put(Part.LATENT_KEY, a.heads(), a.latentWidth(), a.contentWidth());
        put(Part.LATENT_VALUE, a.heads(), a.headValueWidth(), a.latentWidth());
        put(Part.ATTENTION_OUTPUT, width, a.outputWidth());
    }

    private void mixture(MixtureSpec m) {
        put(Part.ROUTER, m.experts(), width);
        if (m.router().biased()) {
            put(Part.ROUTER_BIAS, m.experts());
        }
        if (m.router().corrected()) {
            put(Part.ROUTER_CORRECTION, m.experts());
        }
        put(Part.EXPERT_GATE, m.experts(), m.expertWidth(), width);
        put(Part.EXPERT_UP, m.experts(), m.expertWidth(), width);
        put(Part.EXPERT_DOWN, m.experts(), width, m.expertWidth());
        if (m.biased()) {
            put(Part.EXPERT_GATE_BIAS, m.experts(), m.expertWidth());
            put(Part.EXPERT_UP_BIAS, m.experts(), m.expertWidth());
            put(Part.EXPERT_DOWN_BIAS, m.experts(), width);
        }
        m.shared().ifPresent(shared -> {
            unit(shared.width(), Part.SHARED_GATE, Part.SHARED_UP, Part.SHARED_DOWN);
            if (shared.gated()) {
                put(Part.SHARED_WEIGHT, 1, width);
            }
        });
    }

    private void unit(long hidden, Part gate, Part up, Part down) {
        put(gate, hidden, width);
        put(up, hidden, width);
        put(down, width, hidden);
    }

    private void put(Part part, long... shape) {
        shapes.put(part, Arrays.stream(shape).boxed().toList());
    }
}
