package moira.engine.conversion;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.Pairing;
import moira.engine.architecture.Part;
import moira.engine.architecture.Weights;
import moira.engine.checkpoint.FormatMix;
import moira.engine.family.Families;
import moira.engine.family.GgufTensor;
import moira.engine.kernel.Packing;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;

/** The tensors of a GGUF file of a decoder, as llama.cpp names and lays them out: experts merged, heads as its rotation wants them. */
final class Plan {
    private final Architecture architecture;
    private final Weights weights;
    private final FormatMix mix;
    private final boolean packed;

    private Plan(Architecture architecture, Weights weights, FormatMix mix, boolean packed) {
        this.architecture = architecture;
        this.weights = weights;
        this.mix = mix;
        this.packed = packed;
    }

    /**
     * All tensors, in the order of the file.
     *
     * @param packed whether matrices lie in the file as they are multiplied; the embedding, of which rows are read, does not, and
     *     so is an output matrix of its own, even where it is the same
     * @throws moira.engine.MoiraException if rows are no whole blocks of the format they would get
     */
    static List<PlannedTensor> of(Architecture architecture, Weights weights, FormatMix mix, boolean packed) {
        Plan plan = new Plan(architecture, weights, mix, packed);
        boolean tied = !packed && weights.output().equals(weights.embedding());
        return GgufTensor.of(architecture, tied).stream().map(plan::planned).toList();
    }

    private PlannedTensor planned(GgufTensor tensor) {
        List<Tensor> parts = tensor.part().map(part -> parts(part, tensor)).orElseGet(() -> List.of(values(tensor)));
        TensorFormat format = tensor.part().isEmpty()
                ? TensorFormat.F32
                : mix.of(
                        tensor.name(),
                        tensor.shape(),
                        architecture.depth(),
                        parts.getFirst().format());
        boolean multiplied = tensor.part().filter(Part::isMatrix).isPresent()
                && tensor.shape().size() > 1;
        boolean packs = packed && multiplied && Packing.of(format) != null;
        return new PlannedTensor(tensor.name(), format, tensor.shape(), parts, order(tensor), packs);
    }

    private List<Tensor> parts(Part part, GgufTensor tensor) {
        List<Tensor> parts = part.isOfLayer()
                ? weights.layers().get(tensor.layer()).parts().get(part)
                : List.of(weights.model().get(part));
        boolean reshaped = parts.size() == 1 && !parts.getFirst().shape().equals(tensor.shape());
        return reshaped ? List.of(parts.getFirst().withShape(tensor.shape())) : parts;
    }

    private static Tensor values(GgufTensor tensor) {
        MemorySegment data = Arena.ofAuto().allocate(tensor.values().size() * (long) Float.BYTES);
        List<Float> values = new ArrayList<>(tensor.values());
        for (int i = 0; i < values.size(); i++) {
            data.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, values.get(i));
        }
        return new Tensor(tensor.name(), TensorFormat.F32, tensor.shape(), data);
    }

    /** Where rows 2i and 2i + 1 of a head turn together in the file, but i and i + half of it in the source. */
    private PlannedTensor.RowOrder order(GgufTensor tensor) {
        boolean turned = tensor.part().filter(Part::isTurned).isPresent();
        Pairing now = architecture.attention().rotary().pairing();
        if (!turned || now == Families.of(architecture).ggufPairing()) {
            return row -> row;
        }
        int width = architecture.attention().keyWidth();
        return row -> {
            long inHead = row % width;
            return row - inHead + inHead / 2 + inHead % 2 * (width / 2);
        };
    }
}
