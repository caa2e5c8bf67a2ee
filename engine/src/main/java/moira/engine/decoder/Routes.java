package moira.engine.decoder;

import java.util.Arrays;
import moira.engine.architecture.MixtureSpec;

/** Where the tokens of a batch go in one layer. */
final class Routes {
    /** The router's logits {@code [tokens][E]}. */
    final float[] logits;
    /** The scores of all experts {@code [tokens][E]}: of a softmax over the chosen, filled only for an observer, with one over all. */
    final float[] probabilities;
    /** What the choice is made by {@code [tokens][E]}, where that is not the score itself. */
    final float[] selection;
    /** The chosen experts {@code [tokens][k]}, best first. */
    final int[] experts;
    /** The factors of their outputs {@code [tokens][k]}. */
    final float[] weights;

    /** Assignments ({@code token * k + choice}) sorted by expert, then by token: {@code [start[e], start[e + 1])} are e's. */
    final int[] byExpert;

    final int[] start;
    /** Where an assignment stands in {@link #byExpert}. */
    final int[] slot;

    private final int k;

    Routes(MixtureSpec spec, int tokens) {
        k = spec.expertsPerToken();
        int assignments = tokens * k;
        logits = new float[tokens * spec.experts()];
        probabilities = new float[tokens * spec.experts()];
        selection = new float[Router.selectsByScore(spec.router()) ? 0 : tokens * spec.experts()];
        experts = new int[assignments];
        weights = new float[assignments];
        byExpert = new int[assignments];
        start = new int[spec.experts() + 1];
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
