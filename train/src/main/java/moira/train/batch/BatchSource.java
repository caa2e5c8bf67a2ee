package moira.train.batch;

/** Batches without end, from where a saved state left off. */
public interface BatchSource {
    Batch next();

    /** Where it stands, for {@link #restore}. */
    String state();

    /** Goes on as the source did that gave this state. */
    void restore(String state);
}
