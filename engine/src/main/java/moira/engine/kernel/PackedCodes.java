package moira.engine.kernel;

/** How activations become codes of 8 bits; shared by all sets of kernels, so that they agree to the bit. */
public final class PackedCodes {
    /** 1.5 * 2^23: added and taken off again, it rounds to an integer, ties to even. */
    public static final float ROUNDER = 12_582_912f;

    /** The largest code. */
    private static final float LARGEST = 127;

    /** Blocks below this are zero: the inverse of a smaller scale would overflow. */
    private static final float SMALLEST = 1e-30f;

    private PackedCodes() {}

    /** What a code of a block is worth. */
    public static float scale(float max) {
        return max < SMALLEST ? 0 : max / LARGEST;
    }

    /** What a value of a block is multiplied with to become a code. */
    public static float factor(float max) {
        return max < SMALLEST ? 0 : LARGEST / max;
    }

    /** From the codes of a row as floats: those of 16 bits, and their sums of eight. */
    public static void finish(Int8Rows out, int row) {
        int first = row * out.columns();
        for (int c = first; c < first + out.columns(); c += Int8Rows.SUM_COLUMNS) {
            int sum = 0;
            for (int i = c; i < c + Int8Rows.SUM_COLUMNS; i++) {
                short code = (short) out.floats()[i];
                out.codes()[i] = code;
                sum += code;
            }
            out.sums()[c / Int8Rows.SUM_COLUMNS] = sum;
        }
    }
}
