package moira.engine.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import moira.engine.tensor.Tensor;

/** Finds every weight of a decoder among a file's tensors, and holds its shape against the decoder's dimensions. */
final class WeightsReader {
    private final DecoderConfig config;
    private final NamedTensors tensors;
    private final WeightNames names;
    private final long width;

    WeightsReader(DecoderConfig config, NamedTensors tensors, WeightNames names) {
        this.config = config;
        this.tensors = tensors;
        this.names = names;
        this.width = config.width();
    }

    /**
     * All weights.
     *
     * @param tied whether the embedding is the output matrix, too
     * @throws moira.engine.MoiraException if one is missing, has another shape, or is one too many
     */
    Weights read(boolean tied) {
        Tensor embedding = tensors.take(names.embedding(), config.vocabulary(), width);
        List<Weights.Layer> layers = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            layers.add(layer(String.format(Locale.ROOT, names.layer(), layer)));
        }
        Tensor outputNorm = tensors.take(names.outputNorm(), width);
        if (tied) {
            tensors.ignore(names.output()::equals);
        }
        Tensor output = tied ? embedding : tensors.take(names.output(), config.vocabulary(), width);
        tensors.requireAllTaken();
        return new Weights(embedding, List.copyOf(layers), outputNorm, output);
    }

    private Weights.Layer layer(String prefix) {
        long queries = (long) config.heads() * config.headWidth();
        long keys = (long) config.kvHeads() * config.headWidth();
        return new Weights.Layer(
                tensors.take(prefix + names.attentionNorm(), width),
                tensors.take(prefix + names.query(), queries, width),
                tensors.take(prefix + names.key(), keys, width),
                tensors.take(prefix + names.value(), keys, width),
                tensors.take(prefix + names.attentionOutput(), width, queries),
                tensors.take(prefix + names.expertNorm(), width),
                tensors.take(prefix + names.router(), config.experts(), width),
                experts(prefix));
    }

    private List<Weights.Expert> experts(String prefix) {
        return names.mergedExperts()
                .filter(merged -> tensors.has(prefix + merged.gate()))
                .map(merged -> mergedExperts(prefix, merged))
                .orElseGet(() -> separateExperts(prefix, names.expert()));
    }

    private List<Weights.Expert> mergedExperts(String prefix, WeightNames.Expert merged) {
        long experts = config.experts();
        long expertWidth = config.expertWidth();
        Tensor gates = tensors.take(prefix + merged.gate(), experts, expertWidth, width);
        Tensor ups = tensors.take(prefix + merged.up(), experts, expertWidth, width);
        Tensor downs = tensors.take(prefix + merged.down(), experts, width, expertWidth);
        List<Weights.Expert> slices = new ArrayList<>();
        for (long e = 0; e < experts; e++) {
            slices.add(new Weights.Expert(gates.slice(e), ups.slice(e), downs.slice(e)));
        }
        return List.copyOf(slices);
    }

    private List<Weights.Expert> separateExperts(String prefix, WeightNames.Expert one) {
        long expertWidth = config.expertWidth();
        List<Weights.Expert> experts = new ArrayList<>();
        for (int e = 0; e < config.experts(); e++) {
            experts.add(new Weights.Expert(
                    tensors.take(prefix + String.format(Locale.ROOT, one.gate(), e), expertWidth, width),
                    tensors.take(prefix + String.format(Locale.ROOT, one.up(), e), expertWidth, width),
                    tensors.take(prefix + String.format(Locale.ROOT, one.down(), e), width, expertWidth)));
        }
        return List.copyOf(experts);
    }
}
