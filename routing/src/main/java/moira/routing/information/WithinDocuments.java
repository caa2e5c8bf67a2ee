package moira.routing.information;

import java.util.EnumMap;
import java.util.Map;

/**
 * The nulls of what is known from the token, its neighbour and its place: the experts permuted among the tokens of every window, so that
 * whatever belongs to a document or its domain is in the null.
 *
 * <p>For the choice before, the whole sequence is permuted, as a choice must not meet itself. For the position, windows are turned round:
 * where neighbours go to one expert, a permutation would make any stretch of positions look special.
 */
final class WithinDocuments {
    private final Texts texts;
    private final int[] buckets;
    private final int[] classes;
    private final Grouping byToken;
    private final Grouping byPreviousToken;

    WithinDocuments(Texts texts) {
        boolean known = texts.tokens != null;
        this.texts = texts;
        buckets = texts.buckets();
        classes = known && texts.classes != null ? texts.classOfTokens() : null;
        byToken = known ? Grouping.of(texts.tokens, texts.domainOfTokens()) : null;
        byPreviousToken = known ? Grouping.of(null, texts.previous(texts.tokens)) : null;
    }

    /**
     * What the information gains, in bits times choices, when the experts are permuted: {@code [permutations]} for each quantity.
     *
     * @param first the first choices
     */
    Map<Quantity, double[]> gains(Choices choices, Choices first, int permutations, long seed) {
        Worker identity = new Worker(choices, first);
        Map<Quantity, Double> observed = identity.sums();
        Map<Quantity, double[]> gains = new EnumMap<>(Quantity.class);
        observed.keySet().forEach(quantity -> gains.put(quantity, new double[permutations]));
        Parallel.run(permutations, (piece, from, to) -> {
            Worker worker = new Worker(choices, first);
            for (int i = from; i < to; i++) {
                int permutation = i;
                worker.shuffle.draw(seed, i);
                worker.sums()
                        .forEach((quantity, sum) -> gains.get(quantity)[permutation] = sum - observed.get(quantity));
            }
        });
        return gains;
    }

    /** Belongs to one thread. */
    private final class Worker {
        final Shuffle shuffle = new Shuffle(texts);
        private final Choices choices;
        private final Choices first;
        private final short[] x;
        private final int[] previous = new int[texts.size()];

        Worker(Choices choices, Choices first) {
            this.choices = choices;
            this.first = first;
            this.x = new short[choices.of().length];
        }

        private Map<Quantity, Double> sums() {
            Map<Quantity, Double> sums = new EnumMap<>(Quantity.class);
            apply(shuffle.turned);
            sums.put(Quantity.POSITION, Cells.sum(buckets, x, choices, Texts.count(buckets)));
            apply(shuffle.from);
            for (int i = 0; i < previous.length; i++) {
                previous[i] = shuffle.follows[i] ? first.of()[shuffle.from[i - 1]] : -1;
            }
            sums.put(Quantity.PREVIOUS_CHOICE, Cells.information(previous, x, choices, choices.experts()));
            if (classes != null) {
                sums.put(Quantity.CLASS, Cells.sum(classes, x, choices, Texts.count(classes)));
            }
            if (byToken != null) {
                byToken(sums);
            }
            return sums;
        }

        private void byToken(Map<Quantity, Double> sums) {
            double[] both = new double[2];
            Cells.sum(byToken, x, choices, both);
            sums.put(Quantity.TOKEN, both[0]);
            sums.put(Quantity.TOKEN_GIVEN_DOMAIN, both[1]);
            apply(shuffle.fromFollowing);
            Cells.sum(byPreviousToken, x, choices, both);
            sums.put(Quantity.PREVIOUS_TOKEN, both[1]);
        }

        private void apply(int[] from) {
            int k = choices.perToken();
            short[] of = choices.of();
            for (int i = 0; i < from.length; i++) {
                for (int choice = 0; choice < k; choice++) {
                    x[i * k + choice] = of[from[i] * k + choice];
                }
            }
        }
    }
}
