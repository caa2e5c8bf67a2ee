package moira.engine.batching;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Predicate;
import moira.engine.decoder.Sequence;

/** Sequences that ended and may be gone on with: the next turn of a conversation begins as the last one did. The latest is last. */
final class KeptSequences {
    /** Fewer tokens in common are not worth a sequence that another one could use. */
    private static final int LEAST_COMMON = 4;

    // The array is what the sequence was made of: nobody changes it.
    @SuppressWarnings("ArrayRecordComponent")
    private record Kept(Sequence sequence, int[] tokens) {}

    private final Deque<Kept> kept = new ArrayDeque<>();

    /**
     * Keeps a sequence.
     *
     * @param tokens it has
     */
    void keep(Sequence sequence, int[] tokens) {
        kept.addLast(new Kept(sequence, tokens));
    }

    long bytes() {
        return kept.stream().mapToLong(one -> one.sequence.bytes()).sum();
    }

    int size() {
        return kept.size();
    }

    /**
     * The sequence that has most of a prompt's beginning, back where the two part; null if none has enough. The prompt's last token is
     * always left, since its logits are wanted.
     *
     * @param suits whether a sequence may become the new one
     */
    Sequence take(int[] prompt, Predicate<Sequence> suits) {
        Kept best = null;
        int most = LEAST_COMMON - 1;
        for (Kept one : kept) {
            int common = common(one.tokens, prompt);
            if (common > most && suits.test(one.sequence)) {
                best = one;
                most = common;
            }
        }
        if (best == null) {
            return null;
        }
        kept.remove(best);
        best.sequence.rewind(most);
        return best.sequence;
    }

    private static int common(int[] had, int[] prompt) {
        int most = Math.min(had.length, prompt.length - 1);
        int differ = Arrays.mismatch(had, 0, most, prompt, 0, most);
        return differ < 0 ? most : differ;
    }

    /** Closes those that were used longest ago, until the rest takes at most so many bytes. */
    void shrinkTo(long bytes) {
        long now = bytes();
        for (Iterator<Kept> oldest = kept.iterator(); now > bytes && oldest.hasNext(); ) {
            Sequence sequence = oldest.next().sequence;
            now -= sequence.bytes();
            oldest.remove();
            sequence.close();
        }
    }
}
