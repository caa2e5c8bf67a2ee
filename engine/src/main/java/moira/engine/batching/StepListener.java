package moira.engine.batching;

/** Told of every step of a batcher, on its thread. */
@FunctionalInterface
public interface StepListener {
    /** For nobody. */
    StepListener NONE = (growing, prompted, nanos) -> {};

    /**
     * A step is done.
     *
     * @param growing sequences that took their newest token
     * @param prompted tokens of prompts
     */
    void step(int growing, int prompted, long nanos);
}
