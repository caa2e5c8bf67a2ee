package moira.engine.decoder;

/** The highest of some scores. */
final class TopK {
    private TopK() {}

    /**
     * The k highest of n scores, highest first, ties to the lowest index. NaN is lower than everything, so that a broken model still has a
     * route.
     *
     * @param at where the scores begin
     * @param chosen their indices from 0, from {@code chosenAt}; overwritten
     */
    static void of(float[] scores, int at, int n, int[] chosen, int chosenAt, int k) {
        int count = 0;
        for (int e = 0; e < n; e++) {
            float score = scores[at + e];
            if (count == k && !isHigher(score, scores[at + chosen[chosenAt + k - 1]])) {
                continue;
            }
            int place = chosenAt + (count < k ? count++ : k - 1);
            while (place > chosenAt && isHigher(score, scores[at + chosen[place - 1]])) {
                chosen[place] = chosen[place - 1];
                place--;
            }
            chosen[place] = e;
        }
    }

    static boolean isHigher(float score, float best) {
        return score > best || (Float.isNaN(best) && !Float.isNaN(score));
    }
}
