package moira.engine.decoder;

import java.util.Arrays;
import moira.engine.RoutingObserver;

/**
 * Whose the rows of a batch are: the next tokens of a sequence lie side by side, behind those of the sequence before it. Filled again
 * for every batch, so that a step of decoding leaves nothing to the garbage collector.
 */
final class Spans {
    private Sequence[] sequences = new Sequence[1];
    private RoutingObserver[] observers = new RoutingObserver[1];
    /** Behind the last row of each. */
    private int[] ends = new int[1];

    private int[] wanted = new int[1];

    private int size;

    void clear() {
        Arrays.fill(sequences, 0, size, null);
        Arrays.fill(observers, 0, size, null);
        size = 0;
    }

    /**
     * Adds the next tokens of a sequence.
     *
     * @param wanted how many of the last of them have logits
     * @param observer told where they go; null for nobody
     * @throws IllegalArgumentException if the sequence is there already
     */
    void add(Sequence sequence, int tokens, int wanted, RoutingObserver observer) {
        for (int i = 0; i < size; i++) {
            if (sequences[i] == sequence) {
                throw new IllegalArgumentException("sequences of a batch: expected different ones, found one twice");
            }
        }
        if (size == ends.length) {
            sequences = Arrays.copyOf(sequences, 2 * size);
            observers = Arrays.copyOf(observers, 2 * size);
            ends = Arrays.copyOf(ends, 2 * size);
            this.wanted = Arrays.copyOf(this.wanted, 2 * size);
        }
        sequences[size] = sequence;
        observers[size] = observer;
        ends[size] = tokens() + tokens;
        this.wanted[size] = wanted;
        size++;
    }

    int size() {
        return size;
    }

    /** Rows of all. */
    int tokens() {
        return size == 0 ? 0 : ends[size - 1];
    }

    Sequence sequence(int span) {
        return sequences[span];
    }

    RoutingObserver observer(int span) {
        return observers[span];
    }

    /** The first row of a span. */
    int first(int span) {
        return span == 0 ? 0 : ends[span - 1];
    }

    /** Behind its last row. */
    int end(int span) {
        return ends[span];
    }

    /** How many of a span's last rows have logits. */
    int wanted(int span) {
        return wanted[span];
    }

    /** The first row of all that has logits; behind the last where none has. */
    int firstWanted() {
        for (int span = 0; span < size; span++) {
            if (wanted[span] > 0) {
                return ends[span] - wanted[span];
            }
        }
        return tokens();
    }

    boolean areObserved() {
        for (int i = 0; i < size; i++) {
            if (observers[i] != null) {
                return true;
            }
        }
        return false;
    }
}
