package moira.routing.analysis;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The load that a uniform router gives by chance, which with few tokens is far from even: the mean of {@value #RUNS} seeded
 * simulations in which every token draws k distinct experts. Where an expert has {@value #NORMAL_FROM} tokens or more on average, its
 * count is drawn from the normal distribution of the same mean and covariance, which is as good and does not take longer the more
 * tokens there are.
 */
final class UniformLoad {
    private static final int RUNS = 1000;
    private static final int NORMAL_FROM = 100;

    private final int experts;
    private final int k;
    private final long seed;
    private final Map<Long, LoadShape> known = new HashMap<>();

    UniformLoad(int experts, int k, long seed) {
        this.experts = experts;
        this.k = k;
        this.seed = seed;
    }

    /** The mean shape of the load of so many tokens. */
    LoadShape of(long tokens) {
        return known.computeIfAbsent(tokens, this::simulate);
    }

    private LoadShape simulate(long tokens) {
        SplittableRandom random = new SplittableRandom(seed);
        double max = 0;
        double variation = 0;
        double entropy = 0;
        for (int run = 0; run < RUNS; run++) {
            LoadShape shape = LoadShape.of(
                    tokens * k >= (long) NORMAL_FROM * experts ? normal(tokens, random) : drawn(tokens, random));
            max += shape.maxOverMean();
            variation += shape.variation();
            entropy += shape.entropy();
        }
        return new LoadShape(max / RUNS, variation / RUNS, entropy / RUNS);
    }

    private double[] drawn(long tokens, SplittableRandom random) {
        double[] counts = new double[experts];
        int[] deck = new int[experts];
        Arrays.setAll(deck, i -> i);
        for (long token = 0; token < tokens; token++) {
            for (int choice = 0; choice < k; choice++) {
                int at = random.nextInt(choice, experts);
                int expert = deck[at];
                deck[at] = deck[choice];
                deck[choice] = expert;
                counts[expert]++;
            }
        }
        return counts;
    }

    /** Counts have mean n p and variance n p (1-p) with p = k/E, and always add up to n k: so they covary by -variance/(E-1). */
    private double[] normal(long tokens, SplittableRandom random) {
        double p = Chance.chosen(experts, k);
        double[] counts = new double[experts];
        double mean = 0;
        for (int i = 0; i < experts; i++) {
            counts[i] = random.nextGaussian();
            mean += counts[i] / experts;
        }
        double deviation = experts == 1 ? 0 : Math.sqrt(tokens * p * (1 - p) * experts / (experts - 1.0));
        for (int i = 0; i < experts; i++) {
            counts[i] = Math.max(tokens * p + deviation * (counts[i] - mean), 0);
        }
        return counts;
    }
}
