package moira.engine.matrix;

import java.lang.foreign.MemorySegment;
import moira.engine.kernel.Kernels;

/**
 * A matrix that is multiplied in panels of 16 rows: {@code [panel][column][16 rows]}, F32, the rows of the last panel filled up with
 * zeros. So the lanes of a vector are output rows, and no product needs a sum across lanes.
 */
interface PanelMatrix extends Matrix {
    /**
     * Native memory that holds the panels of a block.
     *
     * @param scratch the calling worker's; what is returned may lie in it until its next use
     */
    MemorySegment panels(int block, Scratch scratch);

    /** The byte of {@link #panels} where the block's first panel starts. */
    long offset(int block);

    @Override
    default void multiply(
            Kernels kernels,
            int block,
            Scratch scratch,
            Rows x,
            int first,
            int count,
            float[] y,
            int yAt,
            int yStride) {
        int at = yAt + block * BLOCK_ROWS;
        int inBlock = rowsOf(block);
        MemorySegment panels = panels(block, scratch);
        if (x.areAccelerated(count)) {
            x.bfloat16()
                    .multiply(
                            (from, piece, out) -> toBfloat16(kernels, panels, block, from, piece, out),
                            scratch,
                            first,
                            count,
                            inBlock,
                            y,
                            at,
                            yStride);
            return;
        }
        kernels.product(
                panels,
                offset(block),
                panelBytes(),
                inBlock,
                columns(),
                x.values(),
                first * columns(),
                columns(),
                count,
                y,
                at,
                yStride);
    }

    /** Columns of a block in pairs; rows below the last panel are left as they are, and their sums looked at by nobody. */
    private void toBfloat16(
            Kernels kernels, MemorySegment panels, int block, int from, int columns, MemorySegment out) {
        for (int row = 0; row < rowsOf(block); row += Kernels.LANES) {
            long panel = offset(block) + row / Kernels.LANES * panelBytes();
            kernels.panelToBfloat16(panels, panel + from * Kernels.COLUMN_BYTES, columns, out, 4L * row);
        }
    }
}
