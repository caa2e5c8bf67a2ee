package moira.engine.family;

import java.util.ArrayList;
import java.util.List;
import moira.engine.tensor.Tensor;

/** The biases that belong to them, {@code [E, 2 rows]}: every other one. */
record AlternatingBiases(String name, int first) implements Place {
    @Override
    public List<Tensor> take(NamedTensors tensors, String prefix, List<Long> shape) {
        long experts = shape.getFirst();
        long rows = shape.getLast();
        Tensor all = tensors.take(prefix + name, List.of(experts, 2 * rows));
        List<Tensor> every = new ArrayList<>();
        // Twice columns for rows: once to choose, once to turn back.
        every.add(all.columns(first, 2).transposed());
        return List.copyOf(every);
    }
}
