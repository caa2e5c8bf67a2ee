package moira.engine.decoder;

import java.util.Arrays;
import moira.engine.checkpoint.DecoderConfig;

/** Where the tokens of a batch go in one layer. */
final class Routes {
    /** The router's logits {@code [tokens][E]}. */
    final float[] logits;
    /** Softmax of the logits over all experts {@code [tokens][E]}; filled only for an observer. */
    final float[] probabilities;
    /** The chosen experts {@code [tokens][k]}, best first. */
    final int[] experts;
    /** Their weights {@code [tokens][k]}, sum 1. */
    final float[] weights;

    /** Assignments ({@code token * k + choice}) sorted by expert, then by token: {@code [start[e], start[e + 1])} are e's. */
    final int[] byExpert;

    final int[] start;
    /** Where an assignment stands in {@link #byExpert}. */
    final int[] slot;

    private final int k;

    Routes(DecoderConfig config, int tokens) {
        k = config.expertsPerToken();
        int assignments = tokens * k;
        logits = new float[tokens * config.experts()];
        probabilities = new float[tokens * config.experts()];
        experts = new int[assignments];
        weights = new float[assignments];
        byExpert = new int[assignments];
        start = new int[config.experts() + 1];
        slot = new int[assignments];
    }

    /** Sorts the assignments of tokens {@code [from, to)} by expert (a counting sort, so it is stable). */
    void group(int from, int to) {
        Arrays.fill(start, 0);
        for (int a = from * k; a < to * k; a++) {
            start[experts[a] + 1]++;
        }
        for (int e = 0; e + 1 < start.length; e++) {
            start[e + 1] += start[e];
        }
        for (int a = from * k; a < to * k; a++) {
            slot[a] = start[experts[a]]++;
            byExpert[slot[a]] = a;
        }
        // Every start has moved to its end, which is the next one's start.
        System.arraycopy(start, 0, start, 1, start.length - 1);
        start[0] = 0;
    }

    /** Whether an assignment's expert has no other one in this batch. */
    boolean isAlone(int assignment) {
        int expert = experts[assignment];
        return start[expert + 1] - start[expert] == 1;
    }
}
