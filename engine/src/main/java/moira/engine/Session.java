package moira.engine;

import java.util.ArrayList;
import java.util.List;
import moira.engine.decoder.Decoder;
import moira.engine.decoder.Sequence;

/** One sequence: a KV cache and a position. Belongs to one thread at a time. */
public final class Session {
    /** Logits held at once when those of many tokens are wanted, unless one token has more: 32 MB. */
    private static final int LOGITS_AT_ONCE = 8_000_000;

    private final Decoder decoder;
    private final int batch;
    private final Sequence sequence;
    private RoutingObserver observer;
    private final float[] logits;

    Session(Decoder decoder, Sequence sequence, int batch) {
        this.decoder = decoder;
        this.batch = batch;
        this.sequence = sequence;
        logits = new float[decoder.architecture().vocabulary()];
    }

    /** Tells an observer about every routing decision from now on; {@code null} for nobody. */
    public void observe(RoutingObserver observer) {
        this.observer = observer;
    }

    /** How many tokens the sequence has. */
    public int position() {
        return sequence.position();
    }

    /** How many tokens a sequence of this model may have; one that goes on is computed, but nothing was learnt about it. */
    public int context() {
        return decoder.architecture().context();
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
        forward(tokens, 0);
    }

    /**
     * Takes the next tokens of several sequences of a model, which go through its layers side by side, in batches: weights are read
     * once for all of a batch. What becomes of each is the same bits as with {@link #feed} (but for an accelerator's), and is told to its
     * observer.
     *
     * @param sessions different ones, of the same model; at least one
     * @param tokens {@code [session][tokens]}
     * @throws MoiraException if a token is not in the vocabulary
     */
    public static void feedTogether(List<Session> sessions, List<int[]> tokens) {
        for (int i = 0; i < sessions.size(); i++) {
            sessions.get(i).check(tokens.get(i));
        }
        Decoder decoder = sessions.getFirst().decoder;
        int batch = sessions.getFirst().batch;
        List<Decoder.Stretch> stretches = new ArrayList<>();
        int room = batch;
        for (int i = 0; i < sessions.size(); i++) {
            Session session = sessions.get(i);
            int[] all = tokens.get(i);
            int count;
            for (int from = 0; from < all.length; from += count) {
                count = Math.min(room, all.length - from);
                stretches.add(new Decoder.Stretch(session.sequence, all, from, count, 0, session.observer));
                room -= count;
                if (room == 0) {
                    decoder.forward(stretches);
                    stretches.clear();
                    room = batch;
                }
            }
        }
        if (!stretches.isEmpty()) {
            decoder.forward(stretches);
        }
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
        int last = forward(tokens, 1);
        decoder.logits(sequence, last - 1, 1, logits);
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
        int vocabulary = decoder.architecture().vocabulary();
        int step = Math.clamp(LOGITS_AT_ONCE / vocabulary, 1, Math.max(1, Math.min(batch, tokens.length)));
        float[] out = new float[step * vocabulary];
        int count;
        for (int from = 0; from < tokens.length; from += count) {
            count = Math.min(batch, tokens.length - from);
            decoder.forward(sequence, tokens, from, count, count, observer);
            int predicting = Math.min(count, result.length - from);
            for (int first = 0; first < predicting; first += step) {
                int some = Math.min(step, predicting - first);
                decoder.logits(sequence, first, some, out);
                for (int t = 0; t < some; t++) {
                    int at = from + first + t;
                    result[at] = logProbability(out, t * vocabulary, vocabulary, tokens[at + 1]);
                }
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

    /** With logits of the last {@code wanted} tokens, 0 or 1; returns how many tokens the last batch had. */
    private int forward(int[] tokens, int wanted) {
        check(tokens);
        int count = 0;
        for (int from = 0; from < tokens.length; from += count) {
            count = Math.min(batch, tokens.length - from);
            int last = from + count < tokens.length ? 0 : wanted;
            decoder.forward(sequence, tokens, from, count, last, observer);
        }
        return count;
    }

    private void check(int[] tokens) {
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] < 0 || tokens[i] >= decoder.architecture().vocabulary()) {
                throw MoiraException.expected(
                        "token " + i + " of the input",
                        "an id below " + decoder.architecture().vocabulary(),
                        tokens[i]);
            }
        }
    }
}
