package moira.train.batch;

/**
 * Sequences to learn from.
 *
 * @param tokens {@code [sequences][length + 1]}, flat: each token but the last of a sequence predicts the next one
 * @param length predictions of a sequence
 */
// The array is the batch: made for one step and not changed.
@SuppressWarnings("ArrayRecordComponent")
public record Batch(long[] tokens, int sequences, int length) {
    /** {@code [sequences][length]}, flat. */
    public long[] inputs() {
        return part(0);
    }

    /** {@code [sequences][length]}, flat: what follows each input. */
    public long[] targets() {
        return part(1);
    }

    /** How many tokens are predicted. */
    public int predictions() {
        return sequences * length;
    }

    private long[] part(int offset) {
        long[] part = new long[predictions()];
        for (int s = 0; s < sequences; s++) {
            System.arraycopy(tokens, s * (length + 1) + offset, part, s * length, length);
        }
        return part;
    }
}
