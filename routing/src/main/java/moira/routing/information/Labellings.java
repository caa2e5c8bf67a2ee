package moira.routing.information;

import java.util.SplittableRandom;

/** The domains of the units as they are, and permuted over the units: every domain keeps its number of them. */
final class Labellings {
    /** {@code [permutations + 1][units]}; the first are the true ones. */
    final int[][] labels;

    final int domains;

    Labellings(int[] domains, int permutations, long seed) {
        this.domains = Texts.count(domains);
        labels = new int[permutations + 1][];
        labels[0] = domains;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 1; i <= permutations; i++) {
            labels[i] = labels[i - 1].clone();
            shuffle(labels[i], random);
        }
    }

    int permutations() {
        return labels.length - 1;
    }

    private static void shuffle(int[] labels, SplittableRandom random) {
        for (int i = labels.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int label = labels[i];
            labels[i] = labels[j];
            labels[j] = label;
        }
    }
}
