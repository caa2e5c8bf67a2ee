package moira.engine.kernel;

/**
 * Activations in 8 bits, rows of blocks of 32: {@code x = scale * code}, with {@code scale = max |x| / 127} of the block (the
 * idea of ggml's Q8_0, with a scale in F32). Codes are integers from -127 to 127.
 */
public final class Int8Rows {
    /** Columns of a partial sum of codes. */
    public static final int SUM_COLUMNS = 8;

    private int columns;
    private short[] codes = new short[0];
    private float[] floats = new float[0];
    private float[] scales = new float[0];
    private int[] sums = new int[0];
    private float[] corrections = new float[0];
    private short[] fours = new short[0];
    private short[] ones = new short[0];
    private short[] twos = new short[0];
    private short[] eights = new short[0];

    /** Makes room; what it held is lost. */
    public void reshape(int rows, int columns) {
        if (columns % Packing.COLUMNS != 0) {
            throw new IllegalArgumentException(columns + " columns are not whole blocks of " + Packing.COLUMNS);
        }
        this.columns = columns;
        int size = Math.multiplyExact(rows, columns);
        if (codes.length < size) {
            codes = new short[size];
            floats = new float[size];
            scales = new float[size / Packing.COLUMNS];
            sums = new int[size / SUM_COLUMNS];
            corrections = new float[size / Packing.COLUMNS];
            fours = new short[size];
            ones = new short[size];
            twos = new short[size];
            eights = new short[size];
        }
    }

    /** Bytes of a row in all arrays. */
    public static long bytes(int columns) {
        long ofValue = 4L * Short.BYTES + Float.BYTES;
        long ofBlock = 2L * Float.BYTES;
        return columns * ofValue + columns / Packing.COLUMNS * ofBlock + columns / SUM_COLUMNS * (long) Integer.BYTES;
    }

    public int columns() {
        return columns;
    }

    /** {@code [rows][columns]}. */
    public short[] codes() {
        return codes;
    }

    /** The codes as floats, for tiles of several tokens. */
    public float[] floats() {
        return floats;
    }

    /** {@code [rows][columns / 32]}. */
    public float[] scales() {
        return scales;
    }

    /** What minimums are multiplied with: {@code -(scale * sum of the codes)}, {@code [rows][columns / 32]}. */
    public float[] corrections() {
        return corrections;
    }

    /**
     * Factors of words of four codes of 4 bits, {@code [rows][columns]}. Shifted words stand in the place of codes: code i is
     * {@code (w >> 4 i) - 16 (w >> 4 (i + 1))}, so sum of codes times a is sum of {@code (w >> 4 i) (a_i - 16 a_(i - 1))}, modulo 2^16
     * like everything in 16 bits. No bit needs to be masked off.
     */
    public short[] fours() {
        return fours;
    }

    /** The same for words of sixteen codes of 1 bit, times 16. */
    public short[] ones() {
        return ones;
    }

    /** The same for words of eight codes of 2 bits, times 16. */
    public short[] twos() {
        return twos;
    }

    /** The same for words of two codes of 8 bits, which are not negative. */
    public short[] eights() {
        return eights;
    }

    /** Sums of eight neighbouring codes, {@code [rows][columns / 8]}. */
    public int[] sums() {
        return sums;
    }

    /** The sum of 8, 16 or 32 codes, from a column that is a multiple of as many, counted over all rows. */
    public int sum(int column, int columns) {
        int at = column / SUM_COLUMNS;
        return switch (columns) {
            case 8 -> sums[at];
            case 16 -> sums[at] + sums[at + 1];
            default -> sums[at] + sums[at + 1] + sums[at + 2] + sums[at + 3];
        };
    }
}
