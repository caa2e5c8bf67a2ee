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
        kernels.product(
                panels(block, scratch),
                offset(block),
                panelBytes(),
                rowsOf(block),
                columns(),
                x.values(),
                first * columns(),
                columns(),
                count,
                y,
                yAt + block * BLOCK_ROWS,
                yStride);
    }
}
