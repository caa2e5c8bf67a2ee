package moira.engine.conversion;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import moira.engine.checkpoint.DecoderConfig;
import moira.engine.checkpoint.FormatMix;
import moira.engine.checkpoint.WeightNames;
import moira.engine.checkpoint.Weights;
import moira.engine.kernel.Packing;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;

/** The tensors of a GGUF file of a decoder, as llama.cpp names and lays them out: experts merged, heads for interleaved rotation. */
final class Plan {
    private static final WeightNames NAMES = WeightNames.GGUF;
    private static final WeightNames.Expert EXPERTS = NAMES.mergedExperts().orElseThrow();

    private final DecoderConfig config;
    private final FormatMix mix;
    private final boolean packed;
    private final List<PlannedTensor> tensors = new ArrayList<>();

    private Plan(DecoderConfig config, FormatMix mix, boolean packed) {
        this.config = config;
        this.mix = mix;
        this.packed = packed;
    }

    /**
     * @param packed whether matrices lie in the file as they are multiplied; the embedding, of which rows are read, does not, and
     *     so is an output matrix of its own, even where it is the same
     * @throws moira.engine.MoiraException if rows are no whole blocks of the format they would get
     */
    static List<PlannedTensor> of(DecoderConfig config, Weights weights, FormatMix mix, boolean packed) {
        Plan plan = new Plan(config, mix, packed);
        plan.add(NAMES.embedding(), weights.embedding());
        plan.add(NAMES.outputNorm(), weights.outputNorm());
        if (packed || !weights.output().equals(weights.embedding())) {
            plan.add(NAMES.output(), weights.output());
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            plan.layer(
                    String.format(Locale.ROOT, NAMES.layer(), layer),
                    weights.layers().get(layer));
        }
        return List.copyOf(plan.tensors);
    }

    private void layer(String prefix, Weights.Layer layer) {
        add(prefix + NAMES.attentionNorm(), layer.attentionNorm());
        addHeads(prefix + NAMES.query(), layer.query());
        addHeads(prefix + NAMES.key(), layer.key());
        add(prefix + NAMES.value(), layer.value());
        add(prefix + NAMES.attentionOutput(), layer.attentionOutput());
        add(prefix + NAMES.expertNorm(), layer.expertNorm());
        add(prefix + NAMES.router(), layer.router());
        addExperts(prefix + EXPERTS.gate(), layer, Weights.Expert::gate);
        addExperts(prefix + EXPERTS.up(), layer, Weights.Expert::up);
        addExperts(prefix + EXPERTS.down(), layer, Weights.Expert::down);
    }

    private void add(String name, Tensor tensor) {
        add(name, tensor.shape(), List.of(tensor), row -> row);
    }

    /** Rows 2i and 2i + 1 of a head turn together in the file; in a Hugging Face folder rows i and i + headWidth/2 do. */
    private void addHeads(String name, Tensor tensor) {
        boolean halves = config.rotation() == DecoderConfig.Rotation.HALVES;
        int width = config.headWidth();
        add(name, tensor.shape(), List.of(tensor), row -> {
            long inHead = row % width;
            return halves ? row - inHead + inHead / 2 + inHead % 2 * (width / 2) : row;
        });
    }

    private void addExperts(String name, Weights.Layer layer, Function<Weights.Expert, Tensor> matrix) {
        List<Tensor> parts = layer.experts().stream().map(matrix).toList();
        List<Long> shape = new ArrayList<>(parts.getFirst().shape());
        shape.addFirst((long) parts.size());
        add(name, List.copyOf(shape), parts, row -> row);
    }

    private void add(String name, List<Long> shape, List<Tensor> parts, PlannedTensor.RowOrder order) {
        TensorFormat format = mix.of(name, config.layers(), parts.getFirst().format());
        boolean multiplied = shape.size() > 1 && !name.equals(NAMES.embedding());
        boolean packs = packed && multiplied && Packing.of(format) != null;
        tensors.add(new PlannedTensor(name, format, shape, parts, order, packs));
    }
}
