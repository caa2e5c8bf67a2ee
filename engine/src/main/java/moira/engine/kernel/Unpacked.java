package moira.engine.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Codes of some columns of a group of rows, ready to be multiplied, and their factors: what {@link PackedKernels#unpack} writes.
 *
 * @param codes native memory: shorts, {@code [columns][64 lanes]}, of q - middle ({@link Packing#middle}); or floats,
 *     {@code [4 panels][columns][16 rows]} as {@link Kernels#product} has them, of q - offset
 * @param shorts which of them
 * @param columns whole super-blocks
 */
public record Unpacked(Packing packing, MemorySegment codes, boolean shorts, int columns, Factors factors) {
    /**
     * Columns of 4- to 6-bit codes that are unpacked at a time. Their shorts take 128 kB of a core's second cache; 256 columns would
     * stay in the first one, but sums are then turned into floats, and those read and written, four times as often.
     */
    public static final int MOST_COLUMNS = 1024;

    /** How many columns to unpack at a time for {@link PackedKernels#codesProduct}. */
    public static int chunk(Packing packing) {
        return shorts(packing) ? MOST_COLUMNS : MOST_COLUMNS / 2;
    }

    /** Whether {@link PackedKernels#codesProduct} takes shorts; products of two 8-bit codes do not add up in 16 bits. */
    public static boolean shorts(Packing packing) {
        return packing.bits() < 8;
    }

    /** The largest number of bytes that the codes of some columns take. */
    public static long codeBytes(int columns) {
        return Packing.ROWS * (long) columns * Float.BYTES;
    }
}
