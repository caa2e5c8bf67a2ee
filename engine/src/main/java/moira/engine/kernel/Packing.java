package moira.engine.kernel;

import moira.engine.tensor.TensorFormat;

/**
 * How quantised weights lie in memory for the integer products: groups of {@value #ROWS} rows, so that the lanes of a vector are
 * output rows; a group is a run of super-blocks, one after the other along the columns, and everything in the order in which a
 * product reads it. In a super-block of n blocks of {@value #COLUMNS} columns:
 *
 * <pre>
 * halves    for each 32 lanes: [32] scale, and [32] minimum where the format has them
 * blocks    n times:
 *   pieces  32, 16 or 8 columns of 4, 5 or 6 bits: their low bits, [8, 4 or 2][64 lanes] words of 16 bits, four columns in each
 *           (4 bits a column, the first ones lowest), then of 5 and 6 bits the high ones, [64 lanes] words with 1 or 2 of each column;
 *           8-bit codes are [32 columns][64 lanes] of signed bytes
 *   scales  for each 32 lanes of a K format: bytes [1 or 2][32] scale, and [32] minimum where the format has them
 * </pre>
 *
 * IQ4_NL has the levels of its codes here, in 8 bits, and Q3_K has six bits a code, which makes them formats of a known kind: twice the
 * file's size, for want of many who have such files.
 *
 * <p>Codes of MXFP4 are the ranks of its levels ({@link #level}), two columns of a block's first half and two of its second in a word
 * ({@link #lowShift}), and its scales the upper halves of floats, which hold them all. Minimums of Q4_1 and Q5_1 are the files' with the
 * other sign.
 *
 * <p>Of each 32 rows of the group, lane 2 i is row i and lane 2 i + 1 row 16 + i: the even and the odd halves of 32-bit lanes are then
 * two runs of 16 rows, and no lane ever moves. Nothing is rounded on the way from the file's format: a weight is
 * {@code (d s) (q - offset) - (m t)} with the same d, s, q, m, t.
 */
public enum Packing {
    Q4_0(TensorFormat.Q4_0, 4, 8, 1, 32, 0, false),
    Q4_1(TensorFormat.Q4_1, 4, 0, 1, 32, 0, true),
    Q5_0(TensorFormat.Q5_0, 5, 16, 1, 32, 0, false),
    Q5_1(TensorFormat.Q5_1, 5, 0, 1, 32, 0, true),
    Q8_0(TensorFormat.Q8_0, 8, 0, 1, 32, 0, false),
    MXFP4(TensorFormat.MXFP4, 4, 0, 1, 32, 0, false),
    IQ4_NL(TensorFormat.IQ4_NL, 8, 0, 1, 32, 0, false),
    Q3_K(TensorFormat.Q3_K, 6, 32, 8, 16, 16, false),
    Q4_K(TensorFormat.Q4_K, 4, 0, 8, 32, 8, true),
    Q5_K(TensorFormat.Q5_K, 5, 0, 8, 32, 8, true),
    Q6_K(TensorFormat.Q6_K, 6, 32, 8, 16, 16, false);

    /** Rows of a group. */
    public static final int ROWS = 64;

    /** Rows whose lanes lie together: the two panels that one vector's even and odd halves are. */
    public static final int PAIRED = 2 * Kernels.LANES;

    /** Bytes of their halves. */
    public static final int HALVES = PAIRED * Short.BYTES;

    /** Bytes of a line of words, from four columns to the next ones, or from a row of high bits to the next one. */
    public static final int LINE = ROWS * Short.BYTES;

    /** Columns of a block: those that share a scale of the activations. */
    public static final int COLUMNS = 32;

    private static final byte[] LEVELS = {-12, -8, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 8, 12, 0};

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

    /** Whether codes are ranks of levels, unevenly spaced, and scales the upper halves of floats. */
    public boolean hasLevels() {
        return this == MXFP4;
    }

    /** What a code of MXFP4 stands for, as a whole number: half of its scale goes with it. The last code stands for nothing. */
    public static int level(int code) {
        return LEVELS[code];
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

    /** The middle of the codes, which the integer products take off them; levels lie around 0. */
    public int middle() {
        return bits == 8 || hasLevels() ? 0 : 1 << (bits - 1);
    }

    /**
     * Columns whose products with codes of activations add up within 16 bits: (2^bits / 2) * 127 * columns < 2^15, and
     * 12 * 127 * columns for levels.
     */
    public int pieceColumns() {
        if (bits == 8) {
            return 2;
        }
        return hasLevels() ? COLUMNS / 2 : COLUMNS >> (bits - 4);
    }

    /** Pieces of a block, of codes of 4 to 6 bits. */
    public int pieces() {
        return COLUMNS / pieceColumns();
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

    /** Byte scales of a super-block, which a half scales in turn; 0 where that is the scale itself. */
    public int scales() {
        return scales;
    }

    /** Where the half that scales a lane is; that of its minimums is {@link #HALVES} further. */
    public int halfAt(int lane) {
        return lane / PAIRED * (minimums ? 2 : 1) * HALVES + lane % PAIRED * Short.BYTES;
    }

    /** Where a block of a super-block starts, with its low bits. */
    public int blockAt(int block) {
        return ROWS / PAIRED * (minimums ? 2 : 1) * HALVES + block * blockBytes();
    }

    /** Where the word with the low bits of a column is in a block, of codes of 4 to 6 bits. */
    public int lowAt(int column) {
        return hasLevels() ? column % pieceColumns() / 2 * LINE : pieceAt(column) + column % pieceColumns() / 4 * LINE;
    }

    /** The lowest of a column's bits in that word. */
    public int lowShift(int column) {
        return hasLevels() ? column % 2 * 8 + column / pieceColumns() * 4 : column % 4 * 4;
    }

    /** Where the word with the high bits of a column is in a block, of codes of 5 or 6 bits. */
    public int highAt(int column) {
        return pieceAt(column) + pieceColumns() / 4 * LINE;
    }

    private int pieceAt(int column) {
        int lines = pieceColumns() / 4 + (highBits() == 0 ? 0 : 1);
        return column / pieceColumns() * lines * LINE;
    }

    /** Bytes of a block's codes. */
    public int codeBytes() {
        return bits * ROWS * COLUMNS / 8;
    }

    /** Bytes of a block. */
    public int blockBytes() {
        return codeBytes() + scales / blocks * (minimums ? 2 : 1) * ROWS;
    }

    /** Where a byte scale of a lane is in a super-block; its minimum is {@link #PAIRED} further. */
    public int scaleAt(int scale, int lane) {
        int ofBlock = scales / blocks;
        int kinds = ofBlock * (minimums ? 2 : 1);
        int inBlock = lane / PAIRED * kinds * PAIRED + scale % ofBlock * PAIRED + lane % PAIRED;
        return blockAt(scale / ofBlock) + codeBytes() + inBlock;
    }

    /** Bytes of a super-block. */
    public int superBytes() {
        return blockAt(blocks);
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
        return row / PAIRED * PAIRED + 2 * (row % Kernels.LANES) + row % PAIRED / Kernels.LANES;
    }
}
