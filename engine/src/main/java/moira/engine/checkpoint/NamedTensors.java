package moira.engine.checkpoint;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import moira.engine.MoiraException;
import moira.engine.tensor.Tensor;

/** The tensors of a checkpoint, taken one by one by name and shape, so that what nobody took can be told. */
final class NamedTensors {
    private final Map<String, Tensor> tensors;
    private final Set<String> untaken;
    private final String where;

    NamedTensors(Map<String, Tensor> tensors, String where) {
        this.tensors = tensors;
        this.untaken = new LinkedHashSet<>(tensors.keySet());
        this.where = where;
    }

    boolean has(String name) {
        return tensors.containsKey(name);
    }

    /** The tensor of a name, which must have this shape. */
    Tensor take(String name, long... shape) {
        List<Long> expected = Arrays.stream(shape).boxed().toList();
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

    /** Tensors of such names change nothing: let them be there. */
    void ignore(Predicate<String> names) {
        untaken.removeIf(names);
    }

    /** A weight that the decoder does not know (a bias, a shared expert) would be left out of every result without a word. */
    void requireAllTaken() {
        if (!untaken.isEmpty()) {
            throw MoiraException.expected(
                    where,
                    "only the weights of a Mixtral decoder",
                    untaken.size() + " more tensors, " + untaken.iterator().next() + " the first");
        }
    }
}
