package moira.engine.family;

import java.util.List;
import java.util.stream.LongStream;
import moira.engine.tensor.Mxfp4Experts;
import moira.engine.tensor.Tensor;

/**
 * The same in MXFP4: codes and scales in tensors of their own.
 *
 * @param first the row of an expert to begin with
 * @param step from one row to the next: 2 where two matrices alternate
 */
record Mxfp4Place(String matrix, int first, int step) implements Place {
    private static final int BLOCK = 32;
    private static final String SCALES = "_scales";

    @Override
    public String name() {
        return matrix + "_blocks";
    }

    @Override
    public List<Tensor> take(NamedTensors tensors, String prefix, List<Long> shape) {
        long experts = shape.get(0);
        long rows = step * shape.get(1);
        long columns = shape.get(2);
        Tensor blocks = tensors.take(prefix + name(), List.of(experts, rows, columns / BLOCK, (long) BLOCK / 2));
        Tensor scales = tensors.take(prefix + matrix + SCALES, List.of(experts, rows, columns / BLOCK));
        Mxfp4Experts all = new Mxfp4Experts(prefix + matrix, experts, rows, columns, blocks.data(), scales.data());
        return LongStream.range(0, experts)
                .mapToObj(e -> step == 1 ? all.all(e) : first == 0 ? all.gate(e) : all.up(e))
                .toList();
    }
}
