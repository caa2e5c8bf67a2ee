package moira.routing.foreign;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import moira.routing.trace.TraceHeader;

/** Checks decisions (the k experts of a token in a layer) as they come, and puts the experts in the order of their weights. */
final class Decisions {
    private final int known;
    private final int k;
    private int largest = -1;
    private int smallest = Integer.MAX_VALUE;
    private long decisions;
    private long unsorted;
    private double leastSum = Double.POSITIVE_INFINITY;
    private double mostSum = Double.NEGATIVE_INFINITY;

    /** @param known E, or 0 */
    Decisions(int known, int k) {
        this.known = known;
        this.k = k;
    }

    int k() {
        return k;
    }

    /**
     * Takes one decision from {@code at} on, sorting it in its place.
     *
     * @param weights null where there are none
     * @return what is wrong with it, or null
     */
    String take(long[] experts, float[] weights, int at) {
        String problem = problem(experts, at);
        if (problem != null || weights == null) {
            return problem;
        }
        double sum = 0;
        boolean sorted = true;
        for (int i = at; i < at + k; i++) {
            if (!(weights[i] >= 0) || weights[i] == Float.POSITIVE_INFINITY) {
                return "expected weights of 0 or more, found " + weights[i];
            }
            sum += weights[i];
            sorted &= i == at || weights[i] <= weights[i - 1];
        }
        leastSum = Math.min(leastSum, sum);
        mostSum = Math.max(mostSum, sum);
        if (!sorted) {
            unsorted++;
            sort(experts, weights, at);
        }
        return null;
    }

    private String problem(long[] experts, int at) {
        int limit = known > 0 ? known : TraceHeader.MOST_EXPERTS;
        for (int i = at; i < at + k; i++) {
            if (experts[i] < 0 || experts[i] >= limit) {
                return "expected experts from 0 to " + (limit - 1) + ", found " + experts[i];
            }
            for (int j = at; j < i; j++) {
                if (experts[i] == experts[j]) {
                    return "expected " + k + " different experts, found "
                            + Arrays.toString(Arrays.copyOfRange(experts, at, at + k));
                }
            }
            largest = (int) Math.max(largest, experts[i]);
            smallest = (int) Math.min(smallest, experts[i]);
        }
        decisions++;
        return null;
    }

    private void sort(long[] experts, float[] weights, int at) {
        int[] order = IntStream.range(at, at + k)
                .boxed()
                .sorted((a, b) -> Float.compare(weights[b], weights[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        long[] sortedExperts = Arrays.stream(order).mapToLong(i -> experts[i]).toArray();
        float[] sortedWeights = new float[k];
        for (int i = 0; i < k; i++) {
            sortedWeights[i] = weights[order[i]];
        }
        System.arraycopy(sortedExperts, 0, experts, at, k);
        System.arraycopy(sortedWeights, 0, weights, at, k);
    }

    long count() {
        return decisions;
    }

    /** E: as known, as the source states it, or else one more than the largest id, which is said. */
    int experts(Account account) {
        if (smallest > 0) {
            account.note(
                    "no decision has expert 0, the smallest id is %d: if the ids count from 1, they are off by one",
                    smallest);
        }
        if (known == 0 && account.experts() > largest) {
            return account.experts();
        }
        if (known == 0) {
            account.note(
                    "experts: %d, one more than the largest id that occurs; if the model has more, say --experts",
                    largest + 1);
        }
        return known == 0 ? largest + 1 : known;
    }

    /** What the weights are: as given, or else by their sums, which is said. */
    String weight(String given, Account account) {
        if (unsorted > 0) {
            account.note(
                    "%,d of %,d decisions were not in the order of their weights, and were sorted",
                    unsorted, decisions);
        }
        boolean sumsToOne = Math.abs(leastSum - 1) < 0.01 && Math.abs(mostSum - 1) < 0.01;
        String sums = String.format(Locale.ROOT, "the weights of a token add up to %.3f to %.3f", leastSum, mostSum);
        if (given == null) {
            String guess = sumsToOne ? "renormalised" : mostSum < 1.01 ? "softmax" : "sigmoid";
            account.note("weight: taken for %s, since %s; --weight says otherwise", guess, sums);
            return guess;
        }
        if (!given.equals("none") && given.equals("renormalised") != sumsToOne) {
            account.note("weight: %s as told, though %s", given, sums);
        }
        return given;
    }
}
