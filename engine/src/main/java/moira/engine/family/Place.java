package moira.engine.family;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import moira.engine.tensor.Tensor;

/**
 * Where files keep a weight, and how to get it from there in the shape that {@link moira.engine.architecture.Parts} says. A place is a
 * name within its layer; several weights may share one tensor.
 */
public interface Place {
    /** The name that is looked for, within its layer. */
    String name();

    /** Whether something is there. */
    default boolean isIn(NamedTensors tensors, String prefix) {
        return tensors.has(prefix + name());
    }

    /**
     * What is there, as one tensor, or as one for each entry of the shape's outermost dimension where that counts experts or heads.
     *
     * @param prefix of the layer's names
     * @throws moira.engine.MoiraException if it is not there, or has another shape
     */
    List<Tensor> take(NamedTensors tensors, String prefix, List<Long> shape);

    /** A tensor of its own. */
    static Place named(String name) {
        return new Simple(name, (tensors, full, shape) -> List.of(tensors.take(full, shape)));
    }

    /** A vector in the place of a matrix of one row, or the other way. */
    static Place row(String name) {
        return new Simple(name, (tensors, full, shape) -> List.of(tensors.takeReshaped(full, shape)));
    }

    /** All matrices of a layer's experts in one tensor {@code [E, rows, columns]}. */
    static Place merged(String name) {
        return new Simple(name, (tensors, full, shape) -> slices(tensors.take(full, shape)));
    }

    /** A tensor for each expert; {@code %d} is its number. */
    static Place each(String name) {
        return new Each(name);
    }

    /** Half of the rows of {@code [E, 2 rows, columns]}: gates first, then what they let through. */
    static Place half(String name, boolean second) {
        return new Simple(name, (tensors, full, shape) -> {
            long rows = shape.get(1);
            Tensor both = tensors.take(full, List.of(shape.get(0), 2 * rows, shape.get(2)));
            return slices(both).stream()
                    .map(one -> one.rowRange(second ? rows : 0, rows))
                    .toList();
        });
    }

    /** The same of one matrix {@code [2 rows, columns]}. */
    static Place halfOfOne(String name, boolean second) {
        return new Simple(name, (tensors, full, shape) -> {
            long rows = shape.get(0);
            Tensor both = tensors.take(full, List.of(2 * rows, shape.get(1)));
            return List.of(both.rowRange(second ? rows : 0, rows));
        });
    }

    private static List<Tensor> slices(Tensor tensor) {
        List<Tensor> slices = new ArrayList<>();
        for (long e = 0; e < tensor.shape().getFirst(); e++) {
            slices.add(tensor.slice(e));
        }
        return List.copyOf(slices);
    }

    /** How a tensor of a full name becomes what is wanted. */
    @FunctionalInterface
    interface Taker {
        List<Tensor> take(NamedTensors tensors, String name, List<Long> shape);
    }

    /** A place that is one tensor. */
    record Simple(String name, Taker taker) implements Place {
        @Override
        public List<Tensor> take(NamedTensors tensors, String prefix, List<Long> shape) {
            return taker.take(tensors, prefix + name, shape);
        }
    }

    /** A place that is as many tensors as there are experts. */
    record Each(String name) implements Place {
        @Override
        public boolean isIn(NamedTensors tensors, String prefix) {
            return tensors.has(prefix + numbered(0));
        }

        @Override
        public List<Tensor> take(NamedTensors tensors, String prefix, List<Long> shape) {
            List<Tensor> experts = new ArrayList<>();
            for (int e = 0; e < shape.getFirst(); e++) {
                experts.add(tensors.take(prefix + numbered(e), shape.subList(1, shape.size())));
            }
            return List.copyOf(experts);
        }

        private String numbered(int expert) {
            return String.format(Locale.ROOT, name, expert);
        }
    }
}
