package moira.routing.analysis;

import java.util.Arrays;

/** Shannon's entropy and what is made of it, in bits. */
final class Entropy {
    private static final double LOG2 = Math.log(2);

    private Entropy() {}

    /** Of the distribution that some counts have. */
    static double bits(double[] counts) {
        double total = Arrays.stream(counts).sum();
        double nats = 0;
        for (double n : counts) {
            double p = n / total;
            nats -= n > 0 ? p * Math.log(p) : 0;
        }
        return nats / LOG2;
    }

    /**
     * The Jensen-Shannon divergence of distributions with equal weights (Lin 1991, Divergence measures based on the Shannon
     * entropy, eq. 5.1): entropy of the mean minus mean of the entropies.
     *
     * @param counts {@code [distributions][experts]}
     */
    static double divergence(double[][] counts) {
        double[] mean = new double[counts[0].length];
        double entropies = 0;
        for (double[] distribution : counts) {
            double total = Arrays.stream(distribution).sum();
            for (int i = 0; i < mean.length; i++) {
                mean[i] += distribution[i] / total / counts.length;
            }
            entropies += bits(distribution) / counts.length;
        }
        return Math.max(bits(mean) - entropies, 0);
    }
}
