package moira.engine;

import moira.engine.decoder.Decoder;
import moira.engine.decoder.Sequence;

/** One sequence: a KV cache and a position. Belongs to one thread at a time. */
public final class Session {
    /** Logits of this many tokens are held at once when all are wanted: 32 MB for a vocabulary of 32 000. */
    private static final int LOGITS_AT_ONCE = 256;

    private final Decoder decoder;
    private final int batch;
    private final Sequence sequence;
    private RoutingObserver observer;
    private final float[] logits;

    Session(Decoder decoder, int batch) {
        this.decoder = decoder;
        this.batch = batch;
        sequence = new Sequence(decoder.config());
        logits = new float[decoder.config().vocabulary()];
    }

    /** Tells an observer about every routing decision from now on; {@code null} for nobody. */
    public void observe(RoutingObserver observer) {
        this.observer = observer;
    }

    /** How many tokens the sequence has. */
    public int position() {
        return sequence.position();
    }

    /** Back to position 0: a new sequence in the same memory. */
    public void reset() {
        rewind(0);
    }

    /** Forgets the tokens from {@code position} on. */
    public void rewind(int position) {
        sequence.rewind(position);
    }

    /**
     * Takes the next tokens of the sequence, in batches, without computing logits.
     *
     * @throws MoiraException if a token is not in the vocabulary
     */
    public void feed(int... tokens) {
        forward(tokens, batch);
    }

    /**
     * Takes the next tokens, at least one, and gives the logits after the last one.
     *
     * @return {@code [vocabulary]}, the session's own array, overwritten by the next call
     */
    public float[] logits(int... tokens) {
        if (tokens.length == 0) {
            throw MoiraException.expected("prompt", "at least one token", "none");
        }
        int last = forward(tokens, batch);
        decoder.logits(sequence, last, 1, logits);
        return logits;
    }

    /**
     * Takes the next tokens and gives the log-probability, in nats, of each of them but the first, given those before it.
     *
     * @return {@code [tokens - 1]}
     */
    public float[] logProbabilities(int... tokens) {
        check(tokens);
        float[] result = new float[Math.max(0, tokens.length - 1)];
        int step = Math.min(batch, LOGITS_AT_ONCE);
        int vocabulary = decoder.config().vocabulary();
        float[] out = new float[Math.min(step, tokens.length) * vocabulary];
        for (int from = 0; from < tokens.length; from += step) {
            int count = Math.min(step, tokens.length - from);
            decoder.forward(sequence, tokens, from, count, observer);
            decoder.logits(sequence, count, count, out);
            for (int t = 0; t < count && from + t < result.length; t++) {
                result[from + t] = logProbability(out, t * vocabulary, vocabulary, tokens[from + t + 1]);
            }
        }
        return result;
    }

    private static float logProbability(float[] logits, int at, int n, int token) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, logits[at + i]);
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.exp(logits[at + i] - max);
        }
        return (float) (logits[at + token] - max - Math.log(sum));
    }

    /** Returns how many tokens the last batch had. */
    private int forward(int[] tokens, int step) {
        check(tokens);
        int count = 0;
        for (int from = 0; from < tokens.length; from += step) {
            count = Math.min(step, tokens.length - from);
            decoder.forward(sequence, tokens, from, count, observer);
        }
        return count;
    }

    private void check(int[] tokens) {
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] < 0 || tokens[i] >= decoder.config().vocabulary()) {
                throw MoiraException.expected(
                        "token " + i + " of the input",
                        "an id below " + decoder.config().vocabulary(),
                        tokens[i]);
            }
        }
    }
}
