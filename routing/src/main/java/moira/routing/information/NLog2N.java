package moira.routing.information;

/** n log2 n of counts, the only term that entropies of counts are made of. */
final class NLog2N {
    private static final double LN2 = Math.log(2);
    private static final double[] LOGARITHMS = new double[1 << 16];
    private static final double[] TABLE = new double[LOGARITHMS.length];

    static {
        for (int n = 2; n < TABLE.length; n++) {
            LOGARITHMS[n] = log2((double) n);
            TABLE[n] = n * LOGARITHMS[n];
        }
    }

    private NLog2N() {}

    static double of(long n) {
        return n < TABLE.length ? TABLE[(int) n] : n * log2((double) n);
    }

    /** The same between the counts. */
    static double of(double n) {
        return n * log2(n);
    }

    /** The logarithm of a count. */
    static double log2(int n) {
        return n < LOGARITHMS.length ? LOGARITHMS[n] : log2((double) n);
    }

    static double log2(double value) {
        return Math.log(value) / LN2;
    }
}
