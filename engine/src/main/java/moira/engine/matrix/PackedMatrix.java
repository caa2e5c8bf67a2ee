package moira.engine.matrix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import moira.engine.kernel.Accelerator;
import moira.engine.kernel.Int8Rows;
import moira.engine.kernel.Kernels;
import moira.engine.kernel.PackedKernels;
import moira.engine.kernel.Packing;
import moira.engine.tensor.Tensor;

/**
 * A quantised matrix that stays in memory with the bits that the file has, rearranged ({@link Packing}). With activations in 8 bits
 * its integers are multiplied; with floats a block is dequantised whenever it is used, to the same bits as in any other matrix.
 */
public final class PackedMatrix implements Matrix {
    private static final int GROUPS = BLOCK_ROWS / Packing.ROWS;
    private static final int TOKENS = PackedKernels.TILE_TOKENS;

    /** A super-block of the largest kind. */
    private static final int CACHED_COLUMNS = 256;

    private final Packing packing;
    private final int rows;
    private final int columns;
    private final MemorySegment groups;

    /**
     * An empty matrix of a tensor's shape; {@link #pack} fills it.
     *
     * @param memory what it lies in, for as long as that is open
     * @throws moira.engine.MoiraException if there is not so much memory
     */
    public PackedMatrix(Tensor tensor, Arena memory) {
        packing = Packing.of(tensor.format());
        rows = Math.toIntExact(tensor.rows());
        columns = Math.toIntExact(tensor.columns());
        groups = NativeMemory.allocate(memory, bytes(tensor), tensor.name());
    }

    /** Whether there is a packing for a tensor's format. */
    public static boolean packs(Tensor tensor) {
        return Packing.of(tensor.format()) != null;
    }

    /** What the groups of a tensor take. */
    public static long bytes(Tensor tensor) {
        long groupBytes = Packing.of(tensor.format()).groupBytes(Math.toIntExact(tensor.columns()));
        return Math.ceilDiv(tensor.rows(), BLOCK_ROWS) * GROUPS * groupBytes;
    }

    /** Fills one block, from any thread. */
    public void pack(Tensor tensor, int block) {
        Packer packer = new Packer(packing);
        for (int row = 0; row < rowsOf(block); row += Packing.ROWS) {
            packer.group(tensor, (long) block * BLOCK_ROWS + row, groups, group(block, row));
        }
    }

    private long group(int block, int row) {
        return ((long) block * GROUPS + row / Packing.ROWS) * packing.groupBytes(columns);
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
        int inBlock = rowsOf(block);
        if (x.areAccelerated(count)) {
            x.bfloat16()
                    .multiply(
                            (from, piece, out) -> toBfloat16(kernels, block, scratch, from, piece, out),
                            scratch,
                            first,
                            count,
                            inBlock,
                            y,
                            at,
                            yStride);
            return;
        }
        if (x.codes() == null) {
            MemorySegment panels = unpack(kernels, block, scratch, false);
            kernels.dequantise(packing, panels, 0, panelsOf(block), columns, scratch.scales(), scratch.minimums(), 0);
            kernels.product(
                    panels,
                    0,
                    panelBytes(),
                    inBlock,
                    columns,
                    x.values(),
                    first * columns,
                    columns,
                    count,
                    y,
                    at,
                    yStride);
            return;
        }
        int tiled = count - count % TOKENS;
        if (tiled > 0) {
            MemorySegment panels = unpack(kernels, block, scratch, packing.bits() < 8);
            kernels.codesProduct(
                    packing,
                    panels,
                    inBlock,
                    columns,
                    scratch.scales(),
                    scratch.minimums(),
                    x.codes(),
                    first,
                    tiled,
                    y,
                    at,
                    yStride);
        }
        for (int t = tiled; t < count; t++) {
            multiply(kernels, block, x.codes(), first + t, y, at + t * yStride);
        }
    }

    /** One row of activations. */
    private void multiply(Kernels kernels, int block, Int8Rows x, int row, float[] y, int yAt) {
        int inBlock = rowsOf(block);
        for (int r = 0; r < inBlock; r += Packing.ROWS) {
            int inGroup = Math.min(Packing.ROWS, inBlock - r);
            kernels.packedProduct(packing, groups, group(block, r), columns, x, row, y, yAt + r, inGroup);
        }
    }

    /** Columns of a block in pairs; a few at a time, so that their codes stay in the first-level cache. */
    private void toBfloat16(Kernels kernels, int block, Scratch scratch, int from, int columns, MemorySegment out) {
        MemorySegment codes = scratch.panels(CACHED_COLUMNS * Kernels.COLUMN_BYTES);
        scratch.factors(CACHED_COLUMNS / packing.scaleColumns() * Packing.ROWS);
        for (int row = 0; row < rowsOf(block); row += Packing.ROWS) {
            for (int c = from; c < from + columns; c += CACHED_COLUMNS) {
                int some = Math.min(CACHED_COLUMNS, from + columns - c);
                long at = group(block, row) + packing.groupBytes(c);
                kernels.unpack(packing, groups, at, some, codes, 0, true, scratch.scales(), scratch.minimums(), 0);
                long to = (c - from) / 2 * Accelerator.PAIR_BYTES + 4L * row;
                kernels.codesToBfloat16(packing, codes, some, scratch.scales(), scratch.minimums(), out, to);
            }
        }
    }

    private int panelsOf(int block) {
        return Math.ceilDiv(rowsOf(block), Packing.ROWS) * Packing.ROWS / Kernels.LANES;
    }

    /** The codes of a block's groups; their factors are the scratch's. */
    private MemorySegment unpack(Kernels kernels, int block, Scratch scratch, boolean shorts) {
        int factors = columns / packing.scaleColumns() * Packing.ROWS;
        scratch.factors(GROUPS * factors);
        MemorySegment codes = scratch.panels(BLOCK_ROWS / Kernels.LANES * panelBytes());
        long groupBytes = shorts ? panelBytes() : Packing.ROWS / Kernels.LANES * panelBytes();
        for (int row = 0; row < rowsOf(block); row += Packing.ROWS) {
            int group = row / Packing.ROWS;
            kernels.unpack(
                    packing,
                    groups,
                    group(block, row),
                    columns,
                    codes,
                    group * groupBytes,
                    shorts,
                    scratch.scales(),
                    scratch.minimums(),
                    group * factors);
        }
        return codes;
    }
}
