package moira.routing.analysis;

import java.util.Arrays;
import java.util.SplittableRandom;
import moira.routing.information.Choices;
import moira.routing.information.Texts;

/**
 * Routing whose distribution is known exactly. A token's first expert is, with these probabilities, that of its domain, of its type, of
 * the token before, or of its document, else any; the second is any other. The token before a text is drawn from what the chain comes
 * to, so the chain is stationary.
 *
 * @param apart how far the domains' vocabularies are: 0 the same, 1 disjoint
 */
record PlantedRouting(String name, double topic, double type, double neighbour, double document, double apart) {
    static final int EXPERTS = 8;
    static final int K = 2;
    static final int DOMAINS = 3;
    static final int SOURCES = 20;
    static final int TOKENS = 100;
    static final int TYPES = 45;
    static final int CLASSES = 5;

    static int expertOfDomain(int domain) {
        return 2 * domain;
    }

    static int expertOfType(int type) {
        return type * 5 % EXPERTS;
    }

    static int classOfType(int type) {
        return type / DOMAINS % CLASSES;
    }

    /** Zipf's frequencies; a domain's own types are those of its remainder. */
    double[] vocabulary(int domain) {
        double[] frequencies = new double[TYPES];
        double total = 0;
        for (int type = 0; type < TYPES; type++) {
            frequencies[type] = (type % DOMAINS == domain ? 1 : 1 - apart) / (1.0 + type / DOMAINS);
            total += frequencies[type];
        }
        for (int type = 0; type < TYPES; type++) {
            frequencies[type] /= total;
        }
        return frequencies;
    }

    /** What is drawn whatever came before: {@code [experts]}, adding up to 1 - neighbour. */
    double[] base(int domain, int documentExpert, double[] typeExperts) {
        double[] base = new double[EXPERTS];
        for (int expert = 0; expert < EXPERTS; expert++) {
            base[expert] = topic * (expertOfDomain(domain) == expert ? 1 : 0)
                    + document * (documentExpert == expert ? 1 : 0)
                    + type * typeExperts[expert]
                    + (1 - topic - type - neighbour - document) / EXPERTS;
        }
        return base;
    }

    /** How often a domain's types ask for each expert. */
    double[] typeExperts(int domain) {
        double[] experts = new double[EXPERTS];
        double[] vocabulary = vocabulary(domain);
        for (int t = 0; t < TYPES; t++) {
            experts[expertOfType(t)] += vocabulary[t];
        }
        return experts;
    }

    /** A trace of one layer. */
    record Sample(Texts texts, Choices choices) {}

    Sample draw(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int units = DOMAINS * SOURCES;
        int[] tokens = new int[units * TOKENS];
        short[] experts = new short[tokens.length * K];
        for (int unit = 0; unit < units; unit++) {
            int domain = unit / SOURCES;
            int documentExpert = random.nextInt(EXPERTS);
            double[] vocabulary = vocabulary(domain);
            int previous = pick(random, base(domain, documentExpert, typeExperts(domain)), 1 - neighbour);
            for (int i = unit * TOKENS; i < (unit + 1) * TOKENS; i++) {
                tokens[i] = pick(random, vocabulary, 1);
                double[] own = new double[EXPERTS];
                own[expertOfType(tokens[i])] = 1;
                double[] next = base(domain, documentExpert, own);
                next[previous] += neighbour;
                previous = pick(random, next, 1);
                experts[i * K] = (short) previous;
                experts[i * K + 1] = (short) ((previous + 1 + random.nextInt(EXPERTS - 1)) % EXPERTS);
            }
        }
        return new Sample(texts(tokens), new Choices(experts, K, EXPERTS));
    }

    private static Texts texts(int[] tokens) {
        int[] windows = new int[DOMAINS * SOURCES + 1];
        int[] units = new int[tokens.length];
        int[] positions = new int[tokens.length];
        int[] domains = new int[DOMAINS * SOURCES];
        int[] classes = new int[TYPES];
        Arrays.setAll(windows, i -> i * TOKENS);
        Arrays.setAll(units, i -> i / TOKENS);
        Arrays.setAll(positions, i -> 1 + i % TOKENS);
        Arrays.setAll(domains, i -> i / SOURCES);
        Arrays.setAll(classes, PlantedRouting::classOfType);
        return new Texts(windows, units, domains, tokens, positions, classes);
    }

    private static int pick(SplittableRandom random, double[] weights, double total) {
        double left = random.nextDouble() * total;
        for (int i = 0; i < weights.length; i++) {
            left -= weights[i];
            if (left < 0) {
                return i;
            }
        }
        return weights.length - 1;
    }
}
