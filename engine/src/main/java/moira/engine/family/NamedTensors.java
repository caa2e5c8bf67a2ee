package moira.engine.family;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import moira.engine.MoiraException;
import moira.engine.tensor.Tensor;

/** The tensors of a checkpoint, taken one by one by name and shape, so that what nobody took can be told. */
public final class NamedTensors {
    private final Map<String, Tensor> tensors;
    private final Set<String> untaken;
    private final String where;

    public NamedTensors(Map<String, Tensor> tensors, String where) {
        this.tensors = tensors;
        this.untaken = new LinkedHashSet<>(tensors.keySet());
        this.where = where;
    }

    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    /** The tensor of a name, which must have this shape, outermost dimension first. */
    public Tensor take(String name, List<Long> expected) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw MoiraException.expected(where, "tensor " + name + " " + expected, "none of that name");
        }
        if (!tensor.shape().equals(expected)) {
            throw MoiraException.expected(where + ", tensor " + name, "shape " + expected, tensor.shape());
        }
        untaken.remove(name);
        return tensor;
    }

    /** The tensor of a name in another shape of as many values, where it has ones for dimensions more or less. */
    public Tensor takeReshaped(String name, List<Long> shape) {
        Tensor tensor = tensors.get(name);
        List<Long> there = tensor == null || !without1(tensor.shape()).equals(without1(shape)) ? shape : tensor.shape();
        return take(name, there).withShape(shape);
    }

    /** The tensor of a name, of whatever shape. */
    public Tensor take(String name) {
        Tensor tensor = tensors.get(name);
        return take(name, tensor == null ? List.of() : tensor.shape());
    }

    /** The matrix of a name with so many columns, whose rows {@code parts} share evenly. */
    Tensor takeColumns(String name, long parts, long columns) {
        Tensor tensor = take(name);
        if (tensor.shape().size() != 2 || tensor.columns() != columns || tensor.rows() % parts != 0) {
            throw MoiraException.expected(
                    where + ", tensor " + name, "rows of " + columns + " for " + parts + " heads", tensor.shape());
        }
        return tensor;
    }

    /** The rows of a matrix; 0 if there is none. */
    long rows(String name) {
        Tensor tensor = tensors.get(name);
        return tensor == null ? 0 : tensor.rows();
    }

    private static List<Long> without1(List<Long> shape) {
        return shape.stream().filter(size -> size != 1).toList();
    }

    /** Tensors of such names change nothing: let them be there. */
    public void ignore(Predicate<String> names) {
        untaken.removeIf(names);
    }

    /** A weight that the decoder does not know (a bias, a shared expert) would be left out of every result without a word. */
    public void requireAllTaken(String family) {
        if (!untaken.isEmpty()) {
            throw MoiraException.expected(
                    where,
                    "only the weights of a " + family + " model",
                    untaken.size() + " more tensors, " + untaken.iterator().next() + " the first");
        }
    }
}
