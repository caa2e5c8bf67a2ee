package moira.routing.information;

/**
 * The mean of n log2 n where n is how many of some drawn tokens have an expert, when the draw is blind: the term of the expected plug-in
 * information under given margins (Vinh, Epps and Bailey 2010, JMLR 11, eq. 24a).
 */
final class Hypergeometric {
    /**
     * Above this mean the expansion about the mean is used. What it leaves out is of order 1/(12 mean^2 ln 2), below 5e-4 of a count
     * here, which is 3e-5 bits of information at most if every cell of a table stood at the seam.
     */
    static final double EXPANDED_FROM = 16;

    /** Terms less probable than this, relative to the likeliest, are left out. */
    private static final double NEGLIGIBLE = 1e-17;

    private Hypergeometric() {}

    /**
     * @param tokens how many there are
     * @param marked of them have the expert
     * @param drawn of them, without replacement
     */
    static double mean(long tokens, long marked, long drawn) {
        if (marked == 0 || drawn == 0) {
            return 0;
        }
        if (marked == tokens || drawn == tokens) {
            return NLog2N.of(Math.min(marked, drawn));
        }
        double mean = (double) marked * drawn / tokens;
        return mean > EXPANDED_FROM ? expanded(tokens, marked, drawn) : exact(tokens, marked, drawn);
    }

    /** Outwards from the mode, each term from the one before. */
    static double exact(long tokens, long marked, long drawn) {
        long mode = (long) ((drawn + 1.0) * (marked + 1.0) / (tokens + 2.0));
        long least = Math.max(0, drawn + marked - tokens);
        long most = Math.min(marked, drawn);
        long others = tokens - marked - drawn;
        double total = 1;
        double sum = NLog2N.of(mode);
        double weight = 1;
        for (long n = mode; n < most && weight > NEGLIGIBLE; n++) {
            weight *= (double) (marked - n) * (drawn - n) / ((double) (n + 1) * (others + n + 1));
            total += weight;
            sum += weight * NLog2N.of(n + 1);
        }
        weight = 1;
        for (long n = mode; n > least && weight > NEGLIGIBLE; n--) {
            weight *= (double) n * (others + n) / ((double) (marked - n + 1) * (drawn - n + 1));
            total += weight;
            sum += weight * NLog2N.of(n - 1);
        }
        return sum / total;
    }

    /** By the first four central moments; the fourth as that of a normal distribution. */
    static double expanded(double tokens, double marked, double drawn) {
        double mean = marked * drawn / tokens;
        double variance = mean * (1 - marked / tokens) * (tokens - drawn) / (tokens - 1);
        double third = variance * (1 - 2 * marked / tokens) * (tokens - 2 * drawn) / (tokens - 2);
        double nats =
                variance / (2 * mean) - third / (6 * mean * mean) + variance * variance / (4 * mean * mean * mean);
        return NLog2N.of(mean) + nats / Math.log(2);
    }
}
