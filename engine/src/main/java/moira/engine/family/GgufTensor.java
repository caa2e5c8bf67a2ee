package moira.engine.family;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.Frequencies;
import moira.engine.architecture.Part;
import moira.engine.architecture.Parts;
import moira.engine.architecture.RotarySpec;
import moira.engine.architecture.RotarySpec.LongRope;

/**
 * A tensor of a GGUF file of a described decoder.
 *
 * @param shape outermost dimension first
 * @param part the weight that it is; empty where it holds what follows from the description
 * @param layer of the weight
 * @param values what follows from the description
 */
public record GgufTensor(String name, List<Long> shape, Optional<Part> part, int layer, List<Float> values) {
    public GgufTensor {
        shape = List.copyOf(shape);
        values = List.copyOf(values);
    }

    /** All tensors of a file, in the order in which they are written. */
    public static List<GgufTensor> of(Architecture architecture, boolean tied) {
        WeightNames names = Families.of(architecture).ggufNames();
        List<GgufTensor> tensors = new ArrayList<>();
        Parts.ofModel(architecture).forEach((part, shape) -> {
            if (part != Part.OUTPUT || !tied) {
                tensors.add(weight(names, part, 0, shape));
            }
        });
        rotary(architecture.attention().rotary(), tensors);
        for (int layer = 0; layer < architecture.depth(); layer++) {
            int number = layer;
            Map<Part, List<Long>> parts =
                    Parts.ofLayer(architecture, architecture.layers().get(layer));
            parts.forEach((part, shape) -> tensors.add(weight(names, part, number, shape)));
        }
        return List.copyOf(tensors);
    }

    private static GgufTensor weight(WeightNames names, Part part, int layer, List<Long> shape) {
        // llama.cpp has a vector where others have a matrix of one row.
        List<Long> written = part == Part.SHARED_WEIGHT ? shape.subList(1, 2) : shape;
        return new GgufTensor(names.name(part, layer), written, Optional.of(part), layer, List.of());
    }

    /** Factors of the frequencies that llama.cpp has no formula for. */
    private static void rotary(RotarySpec rotary, List<GgufTensor> tensors) {
        switch (rotary.scaling()) {
            case LongRope longRope -> {
                tensors.add(values("rope_factors_long.weight", longRope.longFactors()));
                tensors.add(values("rope_factors_short.weight", longRope.shortFactors()));
            }
            case RotarySpec.Llama3 _, RotarySpec.Listed _ ->
                tensors.add(values("rope_freqs.weight", Frequencies.factors(rotary)));
            case RotarySpec.Unscaled _, RotarySpec.Linear _, RotarySpec.Yarn _ -> {
                // A formula of the metadata.
            }
        }
    }

    private static GgufTensor values(String name, List<Float> values) {
        return new GgufTensor(name, List.of((long) values.size()), Optional.empty(), 0, values);
    }
}
