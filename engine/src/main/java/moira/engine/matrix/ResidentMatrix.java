package moira.engine.matrix;

import java.lang.foreign.MemorySegment;
import moira.engine.tensor.Tensor;

/** A matrix that is packed once and stays in memory: four bytes a weight. */
public final class ResidentMatrix implements PanelMatrix {
    private final int rows;
    private final int columns;
    private final MemorySegment panels;

    /**
     * An empty matrix of a tensor's shape; {@link #pack} fills it, block by block, from any thread.
     *
     * @param panels as many bytes as {@link #bytes(Tensor)} says
     */
    public ResidentMatrix(Tensor tensor, MemorySegment panels) {
        rows = Math.toIntExact(tensor.rows());
        columns = Math.toIntExact(tensor.columns());
        this.panels = panels;
    }

    /** What the panels of a tensor take. */
    public static long bytes(Tensor tensor) {
        return Math.ceilDiv(tensor.rows(), BLOCK_ROWS) * BLOCK_ROWS * tensor.columns() * Float.BYTES;
    }

    public void pack(Tensor tensor, int block, Scratch scratch) {
        Panels.pack(tensor, block, scratch, panels, offset(block));
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
    public boolean areFloats() {
        return true;
    }

    @Override
    public long bytes() {
        return panels.byteSize();
    }

    @Override
    public MemorySegment panels(int block, Scratch scratch) {
        return panels;
    }

    @Override
    public long offset(int block) {
        return block * 4L * panelBytes();
    }
}
