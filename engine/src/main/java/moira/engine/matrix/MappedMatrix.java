package moira.engine.matrix;

import java.lang.foreign.MemorySegment;
import moira.engine.tensor.Tensor;

/** A matrix that stays in its mapped file and is dequantised block by block whenever it is multiplied: for models larger than memory. */
public final class MappedMatrix implements PanelMatrix {
    private final Tensor tensor;
    private final int rows;
    private final int columns;

    public MappedMatrix(Tensor tensor) {
        this.tensor = tensor;
        rows = Math.toIntExact(tensor.rows());
        columns = Math.toIntExact(tensor.columns());
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public long bytes() {
        return tensor.data().byteSize();
    }

    @Override
    public MemorySegment panels(int block, Scratch scratch) {
        MemorySegment panels = scratch.panels(4 * panelBytes());
        Panels.pack(tensor, block, scratch, panels, 0);
        return panels;
    }

    @Override
    public long offset(int block) {
        return 0;
    }
}
