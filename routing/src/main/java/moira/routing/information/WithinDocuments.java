package moira.routing.information;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * The nulls of what is known from the token, its neighbour and its place: the sequence of experts permuted within every window, so that
 * whatever belongs to a document or its domain is in the null. A choice before is that of the permuted sequence: it must not meet itself.
 *
 * <p>For the position, windows are turned round instead: where neighbours go to one expert, a permutation would make any stretch of
 * positions look special.
 */
final class WithinDocuments {
    private final Texts texts;
    private final boolean position;
    private final boolean previousChoice;
    private final boolean[] follows;
    private final int[] buckets;
    private final int bucketCount;
    private final int[] classes;
    private final int classCount;
    private final Grouping byToken;
    private final Grouping byPreviousToken;

    /** @param wanted quantities, of which those that are here are measured */
    WithinDocuments(Texts texts, Set<Quantity> wanted) {
        boolean known = texts.tokens != null;
        this.texts = texts;
        position = wanted.contains(Quantity.POSITION);
        previousChoice = wanted.contains(Quantity.PREVIOUS_CHOICE);
        follows = texts.follows();
        buckets = texts.buckets();
        bucketCount = Texts.count(buckets);
        classes = known && texts.classes != null && wanted.contains(Quantity.CLASS) ? texts.classOfTokens() : null;
        classCount = classes == null ? 0 : Texts.count(classes);
        boolean tokens = wanted.contains(Quantity.TOKEN) || wanted.contains(Quantity.TOKEN_GIVEN_DOMAIN);
        byToken = known && tokens ? Grouping.of(texts.tokens, texts.domainOfTokens()) : null;
        byPreviousToken = known && wanted.contains(Quantity.PREVIOUS_TOKEN)
                ? Grouping.of(null, texts.previous(texts.tokens))
                : null;
    }

    /**
     * What the information gains, in bits times choices, when the experts are permuted: {@code [permutations]} for each quantity.
     *
     * @param first the first choices
     */
    Map<Quantity, double[]> gains(Choices choices, Choices first, int permutations, long seed) {
        Map<Quantity, Double> observed = new Worker(choices, first).sums();
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

        /** Of n log2 n over the cells; where the margins are not always the same, less that of the margins. */
        private Map<Quantity, Double> sums() {
            Map<Quantity, Double> sums = new EnumMap<>(Quantity.class);
            if (position) {
                shuffle.turn(choices.of(), choices.perToken(), x);
                sums.put(Quantity.POSITION, Cells.sum(buckets, x, choices, bucketCount));
            }
            shuffle.apply(choices.of(), choices.perToken(), x);
            if (previousChoice) {
                for (int i = 0; i < previous.length; i++) {
                    previous[i] = follows[i] ? first.of()[shuffle.from[i - 1]] : -1;
                }
                sums.put(Quantity.PREVIOUS_CHOICE, Cells.information(previous, x, choices, choices.experts()));
            }
            if (classes != null) {
                sums.put(Quantity.CLASS, Cells.sum(classes, x, choices, classCount));
            }
            if (byToken != null) {
                double[] both = new double[2];
                Cells.sum(byToken, x, choices, both);
                sums.put(Quantity.TOKEN, both[0]);
                sums.put(Quantity.TOKEN_GIVEN_DOMAIN, both[1]);
            }
            if (byPreviousToken != null) {
                double[] both = new double[2];
                Cells.sum(byPreviousToken, x, choices, both);
                sums.put(Quantity.PREVIOUS_TOKEN, both[1] - both[0]);
            }
            return sums;
        }
    }
}
