package moira.engine.batching;

/**
 * How many tokens of prompts go with a step, so that nobody's stream waits long for them: a step with prompts takes at most some times as
 * long as one without. What a step and a token of a prompt take is measured as it goes.
 */
final class ChunkBudget {
    /** A step with prompts may take so many times as long as one without. */
    private static final double PATIENCE = 3;

    /** Fewer tokens at once read the weights for little. */
    private static final int LEAST = 8;

    /** How much a new measurement counts beside those before. */
    private static final double NEWEST = 0.2;

    private final int rows;
    private double stepNanos;
    private double promptTokenNanos;

    /** @param rows of a batch */
    ChunkBudget(int rows) {
        this.rows = rows;
    }

    /**
     * Tokens of prompts for the next step.
     *
     * @param growing sequences that will have a token each
     */
    int tokens(int growing) {
        int room = rows - growing;
        if (growing == 0) {
            return room;
        }
        if (stepNanos == 0 || promptTokenNanos == 0) {
            return Math.min(room, LEAST);
        }
        return (int) Math.clamp((PATIENCE - 1) * stepNanos / promptTokenNanos, Math.min(room, LEAST), room);
    }

    /** A step is done. */
    void took(int growing, int prompted, long nanos) {
        if (prompted == 0) {
            stepNanos = mix(stepNanos, nanos);
        } else if (growing == 0 || stepNanos > 0) {
            double step = growing == 0 ? 0 : stepNanos;
            promptTokenNanos = mix(promptTokenNanos, Math.max(1, nanos - step) / prompted);
        }
    }

    private static double mix(double before, double now) {
        return before == 0 ? now : before + NEWEST * (now - before);
    }
}
