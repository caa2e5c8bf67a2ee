package moira.routing.analysis;

import java.util.Arrays;

/**
 * How unequal the experts' assignments are.
 *
 * @param maxOverMean the largest over the mean
 * @param variation standard deviation (of all E, not of a sample) over the mean
 * @param entropy of the shares in bits; log2 E where all are equal
 */
record LoadShape(double maxOverMean, double variation, double entropy) {
    static LoadShape of(double[] assignments) {
        double mean = Arrays.stream(assignments).sum() / assignments.length;
        double max = Arrays.stream(assignments).max().orElseThrow();
        double squares = 0;
        for (double n : assignments) {
            squares += (n - mean) * (n - mean);
        }
        double deviation = Math.sqrt(squares / assignments.length);
        return new LoadShape(max / mean, deviation / mean, Entropy.bits(assignments));
    }
}
