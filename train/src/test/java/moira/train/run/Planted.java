package moira.train.run;

import java.util.Arrays;
import java.util.Random;
import moira.train.batch.Batch;
import moira.train.batch.BatchSource;
import moira.train.decoder.MixtralShape;

/**
 * Texts whose entropy is known: each sequence belongs to one of a few domains with vocabularies of their own, and every token
 * follows its domain's table of probabilities given the token before. Seeded by the number of the batch, so that its state is a number.
 */
final class Planted implements BatchSource {
    static final int DOMAINS = 3;
    static final int WORDS = 5;
    static final int VOCABULARY = 1 + DOMAINS * WORDS;

    private final int sequences;
    private final int length;
    private final double[][][] next = new double[DOMAINS][WORDS][WORDS];
    private long batch;

    Planted(int sequences, int length) {
        this.sequences = sequences;
        this.length = length;
        Random random = new Random(99);
        for (double[][] domain : next) {
            for (double[] row : domain) {
                double sum = 0;
                for (int w = 0; w < WORDS; w++) {
                    row[w] = Math.exp(2 * random.nextGaussian());
                    sum += row[w];
                }
                for (int w = 0; w < WORDS; w++) {
                    row[w] /= sum;
                }
            }
        }
    }

    static MixtralShape config(int layers, int width, int expertWidth, int experts, int k) {
        return new MixtralShape(width, layers, 2, 1, width / 2, expertWidth, experts, k, VOCABULARY, 64, 1e-5f, 1e4f);
    }

    @Override
    public Batch next() {
        Random random = new Random(1000 + batch++);
        long[] tokens = new long[sequences * (length + 1)];
        for (int s = 0; s < sequences; s++) {
            int domain = random.nextInt(DOMAINS);
            int word = random.nextInt(WORDS);
            for (int t = 1; t <= length; t++) {
                tokens[s * (length + 1) + t] = 1L + domain * WORDS + word;
                word = draw(next[domain][word], random);
            }
        }
        return new Batch(tokens, sequences, length);
    }

    private static int draw(double[] probabilities, Random random) {
        double at = random.nextDouble();
        int word = 0;
        while (word < WORDS - 1 && at >= probabilities[word]) {
            at -= probabilities[word++];
        }
        return word;
    }

    /** Nats a token: the first word is one of all words; then the domain is known, and only the table is left. */
    double entropy() {
        double sum = Math.log(DOMAINS * WORDS);
        for (double[][] domain : next) {
            double[] now = new double[WORDS];
            Arrays.fill(now, 1.0 / WORDS);
            for (int t = 1; t < length; t++) {
                double[] after = new double[WORDS];
                for (int w = 0; w < WORDS; w++) {
                    for (int v = 0; v < WORDS; v++) {
                        sum -= now[w] * domain[w][v] * Math.log(domain[w][v]) / DOMAINS;
                        after[v] += now[w] * domain[w][v];
                    }
                }
                now = after;
            }
        }
        return sum / length;
    }

    @Override
    public String state() {
        return Long.toString(batch);
    }

    @Override
    public void restore(String state) {
        batch = Long.parseLong(state);
    }
}
