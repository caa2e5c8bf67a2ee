package moira.engine.matrix;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import moira.engine.MoiraException;
import moira.engine.kernel.Accelerator;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.PackedKernels;
import moira.engine.kernel.Packing;
import moira.engine.kernel.Unpacked;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;

/**
 * A quantised matrix that stays in memory with the bits that the file has, rearranged ({@link Packing}). With activations in 8 bits
 * its integers are multiplied; with floats a block is dequantised whenever it is used, to the same bits as in any other matrix.
 */
public final class PackedMatrix implements Matrix {
    private static final int TOKENS = PackedKernels.TILE_TOKENS;

    /** A super-block of the largest kind. */
    private static final int CACHED_COLUMNS = 256;

    private final Packing packing;
    private final int rows;
    private final int columns;
    private final MemorySegment groups;

    /**
     * A matrix of a tensor's shape in memory that is there: packed already, or zeros for {@link #pack} to fill.
     *
     * @param groups as many bytes as {@link #bytes(Tensor)} says
     */
    public PackedMatrix(Tensor tensor, MemorySegment groups) {
        packing = Packing.of(tensor.format());
        rows = Math.toIntExact(tensor.rows());
        columns = Math.toIntExact(tensor.columns());
        if (groups.byteSize() != bytes(tensor)) {
            throw MoiraException.expected(tensor.name(), bytes(tensor) + " bytes", groups.byteSize());
        }
        this.groups = groups;
    }

    /** Whether there is a packing for a tensor's format. */
    public static boolean packs(Tensor tensor) {
        return Packing.of(tensor.format()) != null;
    }

    /** What the groups of a tensor take. */
    public static long bytes(Tensor tensor) {
        return bytes(tensor.format(), tensor.rows(), Math.toIntExact(tensor.columns()));
    }

    /** What the groups of so many rows take; blocks follow each other, so that those of a block are those of its rows. */
    public static long bytes(TensorFormat format, long rows, int columns) {
        return Math.multiplyExact(
                Math.ceilDiv(rows, Packing.ROWS), Packing.of(format).groupBytes(columns));
    }

    /** Fills one block, from any thread. */
    public void pack(Tensor tensor, int block) {
        new Packer(packing).group(tensor, (long) block * Packing.ROWS, groups, group(block));
    }

    /** Where a block's group starts. */
    private long group(int block) {
        return block * packing.groupBytes(columns);
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
        return groups.byteSize();
    }

    @Override
    public void multiply(
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
        if (x.areAccelerated(count)) {
            x.bfloat16()
                    .multiply(
                            (from, piece, out) -> toBfloat16(kernels, block, scratch, from, piece, out),
                            scratch,
                            first,
                            count,
                            rowsOf(block),
                            y,
                            at,
                            yStride);
            return;
        }
        if (x.codes() == null) {
            inFloats(kernels, block, scratch, x, first, count, y, at, yStride);
            return;
        }
        int tiled = count - count % TOKENS;
        if (tiled > 0) {
            tiles(kernels, block, scratch, x.codes(), first, tiled, y, at, yStride);
        }
        for (int t = tiled; t < count; t++) {
            kernels.packedProduct(
                    packing, groups, group(block), columns, x.codes(), first + t, y, at + t * yStride, rowsOf(block));
        }
    }

    private void inFloats(
            Kernels kernels, int block, Scratch scratch, Rows x, int first, int count, float[] y, int at, int yStride) {
        kernels.product(
                floats(kernels, block, scratch, 0, columns).codes(),
                0,
                panelBytes(),
                rowsOf(block),
                columns,
                x.values(),
                first * columns,
                columns,
                count,
                y,
                at,
                yStride);
    }

    /** Several rows of activations: codes of some columns are unpacked and meet them all before the next ones. */
    private void tiles(
            Kernels kernels,
            int block,
            Scratch scratch,
            Int8Rows x,
            int first,
            int count,
            float[] y,
            int at,
            int yStride) {
        float[] sums = scratch.rows(count * BLOCK_ROWS);
        Arrays.fill(sums, 0, count * BLOCK_ROWS, 0);
        int chunk = Unpacked.chunk(packing);
        for (int c = 0; c < columns; c += chunk) {
            Unpacked w = scratch.unpacked(packing, Unpacked.shorts(packing), Math.min(chunk, columns - c));
            unpack(kernels, block, c, w);
            kernels.codesProduct(w, c, x, first, count, sums);
        }
        for (int t = 0; t < count; t++) {
            System.arraycopy(sums, t * BLOCK_ROWS, y, at + t * yStride, rowsOf(block));
        }
    }

    /** The weights themselves of some columns of a block. */
    private Unpacked floats(Kernels kernels, int block, Scratch scratch, int column, int count) {
        Unpacked w = scratch.unpacked(packing, false, count);
        unpack(kernels, block, column, w);
        kernels.dequantise(w);
        return w;
    }

    private void unpack(Kernels kernels, int block, int column, Unpacked w) {
        long from = (long) (column / packing.superColumns()) * packing.superBytes();
        kernels.unpack(groups, group(block) + from, w);
    }

    /** Columns of a block in pairs; a few at a time, so that their floats stay in the second-level cache. */
    private void toBfloat16(Kernels kernels, int block, Scratch scratch, int from, int columns, MemorySegment out) {
        int panels = Math.ceilDiv(rowsOf(block), Kernels.LANES);
        for (int c = from; c < from + columns; c += CACHED_COLUMNS) {
            Unpacked w = floats(kernels, block, scratch, c, Math.min(CACHED_COLUMNS, from + columns - c));
            for (int panel = 0; panel < panels; panel++) {
                long at = panel * w.columns() * Kernels.COLUMN_BYTES;
                long to = (c - from) / 2 * Accelerator.PAIR_BYTES + panel * Kernels.COLUMN_BYTES;
                kernels.panelToBfloat16(w.codes(), at, w.columns(), out, to);
            }
        }
    }
}
