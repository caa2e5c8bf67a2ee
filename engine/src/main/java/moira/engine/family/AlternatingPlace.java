package moira.engine.family;

import java.util.ArrayList;
import java.util.List;
import moira.engine.tensor.Tensor;

/**
 * The matrices of gpt-oss's experts as its folders have them in single values: {@code [E, columns, step * rows]}, columns for rows, gates and
 * what they let through in turns.
 *
 * @param first the column to begin with
 * @param step from one column to the next: 2 where two matrices alternate
 */
record AlternatingPlace(String name, int first, int step) implements Place {
    @Override
    public List<Tensor> take(NamedTensors tensors, String prefix, List<Long> shape) {
        Tensor all = tensors.take(prefix + name, List.of(shape.get(0), shape.get(2), step * shape.get(1)));
        List<Tensor> experts = new ArrayList<>();
        for (long e = 0; e < shape.getFirst(); e++) {
            experts.add(all.slice(e).columns(first, step));
        }
        return List.copyOf(experts);
    }
}
