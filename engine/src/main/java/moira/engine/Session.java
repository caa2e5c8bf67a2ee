package moira.engine;

/** One sequence: a KV cache and a position. Belongs to one thread at a time. */
public final class Session {
    /** Tells an observer about every routing decision from now on; {@code null} for nobody. */
    public void observe(RoutingObserver observer) {}

    /** How many tokens the sequence has. */
    public int position() {
        return 0;
    }

    /** Takes the next tokens of the sequence, in batches, without computing logits. */
    public void feed(int... tokens) {}

    /** Takes the next tokens and gives the logits after the last one: {@code [vocabulary]}, the session's own array. */
    public float[] logits(int... tokens) {
        return new float[0];
    }

    /** Back to position 0: a new sequence in the same memory. */
    public void reset() {}
}
