package moira.engine.kernel;

import moira.engine.tensor.TensorFormat;

/**
 * How quantised weights lie in memory for the integer products: groups of {@value #ROWS} rows, so that the lanes of a vector are
 * output rows; a group is a run of super-blocks, one after the other along the columns. In a super-block of n blocks of
 * {@value #COLUMNS} columns:
 *
 * <pre>
 * codes     n times: low bits [8][32 lanes] of 16 bits, four columns in each (4 bits a column, the first ones lowest), then the
 *           high bits, [4][32 lanes] of eight columns (2 bits) or [2][32 lanes] of sixteen (1 bit); or, for 8 bits,
 *           [32 columns][32 lanes] of signed bytes
 * scales    [n or 2 n][32 lanes] bytes, and as many minimums where the format has them (K formats alone)
 * halves    [32 lanes] scale, and [32 lanes] minimum where the format has them
 * </pre>
 *
 * Lane 2 i is row i and lane 2 i + 1 row 16 + i of the group: the even and the odd halves of 32-bit lanes are then two runs of
 * 16 rows, and no lane ever moves. Nothing is rounded on the way from the file's format: a weight is
 * {@code (d s) (q - offset) - (m t)} with the same d, s, q, m, t.
 */
public enum Packing {
    Q4_0(TensorFormat.Q4_0, 4, 8, 1, 32, 0, false),
    Q8_0(TensorFormat.Q8_0, 8, 0, 1, 32, 0, false),
    Q4_K(TensorFormat.Q4_K, 4, 0, 8, 32, 8, true),
    Q5_K(TensorFormat.Q5_K, 5, 0, 8, 32, 8, true),
    Q6_K(TensorFormat.Q6_K, 6, 32, 8, 16, 16, false);

    /** Rows of a group. */
    public static final int ROWS = 32;

    /** Columns of a block: those that share a scale of the activations. */
    public static final int COLUMNS = 32;

    private final TensorFormat format;
    private final int bits;
    private final int offset;
    private final int blocks;
    private final int scaleColumns;
    private final int scales;
    private final boolean minimums;

    Packing(TensorFormat format, int bits, int offset, int blocks, int scaleColumns, int scales, boolean minimums) {
        this.format = format;
        this.bits = bits;
        this.offset = offset;
        this.blocks = blocks;
        this.scaleColumns = scaleColumns;
        this.scales = scales;
        this.minimums = minimums;
    }

    /** The packing of a format, or null where it has none. */
    public static Packing of(TensorFormat format) {
        for (Packing packing : values()) {
            if (packing.format == format) {
                return packing;
            }
        }
        return null;
    }

    public TensorFormat format() {
        return format;
    }

    /** Bits of a code: 4, 5, 6, or 8 with a sign. */
    public int bits() {
        return bits;
    }

    /** Bits of a code above the lower four, for fewer than 8 bits. */
    public int highBits() {
        return bits - 4;
    }

    /** What is taken off a code. */
    public int offset() {
        return offset;
    }

    /** The middle of the codes, which the integer products take off them. */
    public int middle() {
        return bits == 8 ? 0 : 1 << (bits - 1);
    }

    /** Columns whose products with codes of activations add up within 16 bits: (2^bits / 2) * 127 * columns < 2^15. */
    public int pieceColumns() {
        return bits == 8 ? 2 : COLUMNS >> (bits - 4);
    }

    /** Blocks of a super-block. */
    public int blocks() {
        return blocks;
    }

    /** Columns that share a scale: 32 or 16. */
    public int scaleColumns() {
        return scaleColumns;
    }

    /** Whether a minimum is taken off each value. */
    public boolean hasMinimums() {
        return minimums;
    }

    /** Whether scales are bytes that a half scales in turn. */
    public boolean hasByteScales() {
        return scales > 0;
    }

    /** Bytes of the codes of one block. */
    public int blockBytes() {
        return bits * ROWS * COLUMNS / 8;
    }

    /** Where the byte scales of a super-block start; their minimums follow, {@link #scaleBytes} later. */
    public int scalesAt() {
        return blocks * blockBytes();
    }

    /** Bytes of a super-block's byte scales. */
    public int scaleBytes() {
        return scales * ROWS;
    }

    /** Where the half scales of a super-block start; their minimums follow, 64 bytes later. */
    public int halvesAt() {
        return scalesAt() + scaleBytes() * (minimums ? 2 : 1);
    }

    /** Bytes of a super-block. */
    public int superBytes() {
        return halvesAt() + 2 * ROWS * (minimums ? 2 : 1);
    }

    /** Columns of a super-block. */
    public int superColumns() {
        return blocks * COLUMNS;
    }

    /** Bytes of a group of {@value #ROWS} rows. */
    public long groupBytes(int columns) {
        return (long) columns / superColumns() * superBytes();
    }

    /** The lane of a row of the group. */
    public static int lane(int row) {
        return 2 * (row % 16) + row / 16;
    }
}
