package moira.engine.batching;

import moira.engine.MoiraException;

/**
 * How much a batcher does at once.
 *
 * @param sequences that run together
 * @param queue courses that wait for their turn
 * @param kvBytes memory of all keys and values
 */
public record BatcherOptions(int sequences, int queue, long kvBytes) {
    /** More rows of single tokens than this gain nothing. */
    private static final int MOST_SEQUENCES = 256;

    public BatcherOptions {
        if (sequences < 1 || sequences > MOST_SEQUENCES) {
            throw MoiraException.expected("sessions", "1 to " + MOST_SEQUENCES, sequences);
        }
        if (queue < 0) {
            throw MoiraException.expected("queue", "0 or more", queue);
        }
        if (kvBytes < 1) {
            throw MoiraException.expected("memory of keys and values", "some bytes", kvBytes);
        }
    }
}
