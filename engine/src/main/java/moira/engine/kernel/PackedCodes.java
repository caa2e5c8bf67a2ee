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

    /** From the scales of a row, and its codes as floats: all the rest. */
    public static void finish(Int8Rows out, int row) {
        int first = row * out.columns();
        int end = first + out.columns();
        for (int c = first; c < end; c += Int8Rows.SUM_COLUMNS) {
            int sum = 0;
            for (int i = c; i < c + Int8Rows.SUM_COLUMNS; i++) {
                short code = (short) out.floats()[i];
                out.codes()[i] = code;
                sum += code;
            }
            out.sums()[c / Int8Rows.SUM_COLUMNS] = sum;
        }
        for (int b = first / Packing.COLUMNS; b < end / Packing.COLUMNS; b++) {
            out.corrections()[b] = -(out.scales()[b] * out.sum(b * Packing.COLUMNS, Packing.COLUMNS));
        }
        words(out.codes(), out.fours(), first, end, 4, 1);
        words(out.codes(), out.ones(), first, end, 1, 16);
        words(out.codes(), out.twos(), first, end, 2, 16);
        words(out.codes(), out.eights(), first, end, 8, 1);
    }

    /** Factors of words of {@code 16 / bits} columns. */
    private static void words(short[] codes, short[] out, int first, int end, int bits, int factor) {
        for (int i = first + 1; i < end; i++) {
            out[i] = (short) (factor * (codes[i] - (codes[i - 1] << bits)));
        }
        for (int i = first; i < end; i += Short.SIZE / bits) {
            out[i] = (short) (factor * codes[i]);
        }
    }
}
