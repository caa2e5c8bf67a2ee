package moira.engine.family;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.LayerSpec;
import moira.engine.architecture.Part;
import moira.engine.architecture.Parts;
import moira.engine.architecture.Weights;
import moira.engine.tensor.Tensor;

/**
 * What a kind of file calls the weights of a decoder: for each part one place or several, of which the first that is there counts.
 *
 * @param layer what precedes the names of a layer; {@code %d} is its number
 */
public record WeightNames(String layer, Map<Part, List<Place>> places) {
    public WeightNames {
        places = Map.copyOf(places);
    }

    /** The same with other places for a part. */
    public WeightNames with(Part part, Place... other) {
        Map<Part, List<Place>> changed = new EnumMap<>(places);
        changed.put(part, List.of(other));
        return new WeightNames(layer, changed);
    }

    /** The name that a part is written under, the layer's prefix included where it is in one. */
    public String name(Part part, int layerNumber) {
        return prefix(part, layerNumber) + places(part).getFirst().name();
    }

    private String prefix(Part part, int number) {
        return part.isOfLayer() ? String.format(Locale.ROOT, layer, number) : "";
    }

    private List<Place> places(Part part) {
        List<Place> found = places.get(part);
        if (found == null) {
            throw MoiraException.expected("weights", "a format that has a name for " + part.words(), "none");
        }
        return found;
    }

    /**
     * All weights of a decoder, checked for their shapes.
     *
     * @param tied whether the embedding is the output matrix, too
     * @throws MoiraException if one is missing, has another shape, or is one too many
     */
    public Weights read(Architecture architecture, NamedTensors tensors, boolean tied) {
        Map<Part, Tensor> model = new EnumMap<>(Part.class);
        Parts.ofModel(architecture).forEach((part, shape) -> {
            if (part != Part.OUTPUT || !tied) {
                model.put(part, take(part, 0, tensors, shape).getFirst());
            }
        });
        if (tied) {
            tensors.ignore(name(Part.OUTPUT, 0)::equals);
            model.put(Part.OUTPUT, model.get(Part.EMBEDDING));
        }
        List<Weights.Layer> layers = new ArrayList<>();
        for (int number = 0; number < architecture.depth(); number++) {
            layers.add(layer(architecture, number, tensors));
        }
        tensors.requireAllTaken(architecture.family());
        return new Weights(model, layers);
    }

    private Weights.Layer layer(Architecture architecture, int number, NamedTensors tensors) {
        LayerSpec spec = architecture.layers().get(number);
        Map<Part, List<Tensor>> parts = new LinkedHashMap<>();
        Parts.ofLayer(architecture, spec).forEach((part, shape) -> parts.put(part, take(part, number, tensors, shape)));
        return new Weights.Layer(spec, parts);
    }

    private List<Tensor> take(Part part, int number, NamedTensors tensors, List<Long> shape) {
        String prefix = prefix(part, number);
        List<Place> all = places(part);
        return all.stream()
                .filter(place -> place.isIn(tensors, prefix))
                .findFirst()
                .orElse(all.getFirst())
                .take(tensors, prefix, shape);
    }
}
