package moira.engine.matrix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import moira.engine.tensor.Tensor;

/** A matrix that is packed once and stays in memory: four bytes a weight. */
public final class ResidentMatrix implements Matrix {
    private static final long ALIGNMENT = 64;

    private final int rows;
    private final int columns;
    private final MemorySegment panels;

    /** An empty matrix of a tensor's shape; {@link #pack} fills it, block by block, from any thread. */
    public ResidentMatrix(Tensor tensor) {
        rows = Math.toIntExact(tensor.rows());
        columns = Math.toIntExact(tensor.columns());
        // Never closed by hand: the garbage collector frees it after the last session that uses it.
        panels = Arena.ofAuto().allocate(blocks() * 4L * panelBytes(), ALIGNMENT);
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
    public MemorySegment panels(int block, Scratch scratch) {
        return panels;
    }

    @Override
    public long offset(int block) {
        return block * 4L * panelBytes();
    }
}
