package moira.engine.conversion;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import moira.engine.concurrent.Workers;
import moira.engine.matrix.Matrix;

/** Streams one tensor: its rows are converted in tasks that threads share, never across parts, and written in their order. */
final class TensorWriter {
    /** Enough to make sharing out cheap. Packed, a task is one block of rows. */
    private static final int VALUES_OF_A_TASK = 1 << 16;

    /** Tasks between two writes: 2 MB of Q8_0, and 30 MB of the widest experts of Mixtral 8x7B where they are packed. */
    private static final int TASKS_AT_ONCE = 32;

    private final PlannedTensor tensor;
    private final int rowsOfTask;
    private final int tasksOfPart;
    private final List<RowConverter> converters = new ArrayList<>();

    TensorWriter(PlannedTensor tensor, int threads) {
        this.tensor = tensor;
        rowsOfTask = tensor.packed() ? Matrix.BLOCK_ROWS : Math.max(1, VALUES_OF_A_TASK / tensor.columns());
        tasksOfPart = Math.toIntExact(Math.ceilDiv(tensor.rowsOfPart(), rowsOfTask));
        for (int i = 0; i < threads; i++) {
            converters.add(new RowConverter(tensor));
        }
    }

    /**
     * Writes all of it.
     *
     * @param written told of bytes when they are written
     * @return the sums of squares of each task in turns: of the differences, and of the values
     */
    double[] write(OutputStream out, Workers workers, LongConsumer written) throws IOException {
        int tasks = Math.multiplyExact(tensor.parts().size(), tasksOfPart);
        double[] errors = new double[2 * tasks];
        long atOnce = Math.min(TASKS_AT_ONCE * tensor.bytesOfRows(rowsOfTask), tensor.bytes());
        byte[] bytes = new byte[Math.toIntExact(atOnce)];
        MemorySegment segment = MemorySegment.ofArray(bytes);
        for (int from = 0; from < tasks; from += TASKS_AT_ONCE) {
            int first = from;
            int count = Math.min(TASKS_AT_ONCE, tasks - first);
            workers.run(count, (i, worker) -> convert(first + i, converters.get(worker), segment, at(first), errors));
            int length = (int) (at(first + count) - at(first));
            out.write(bytes, 0, length);
            written.accept(length);
        }
        return errors;
    }

    /** Where in the tensor a task's bytes start. */
    private long at(int task) {
        long part = task / tasksOfPart;
        long row = (long) (task % tasksOfPart) * rowsOfTask;
        return part * tensor.bytesOfPart() + tensor.bytesOfRows(row);
    }

    /** @param start the byte of the tensor that is the first of {@code out} */
    private void convert(int task, RowConverter converter, MemorySegment out, long start, double[] errors) {
        long part = task / tasksOfPart;
        long row = (long) (task % tasksOfPart) * rowsOfTask;
        int rows = (int) Math.min(rowsOfTask, tensor.rowsOfPart() - row);
        converter.convert(
                part * tensor.rowsOfPart() + row, rows, out.asSlice(at(task) - start, tensor.bytesOfRows(rows)));
        errors[2 * task] = converter.squaredError;
        errors[2 * task + 1] = converter.squares;
    }
}
