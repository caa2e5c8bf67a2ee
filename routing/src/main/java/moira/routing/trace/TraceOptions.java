package moira.routing.trace;

/**
 * What is recorded of a corpus.
 *
 * @param context the longest window in tokens, BOS included; 0 for the model's context, at most {@value #DEFAULT_CONTEXT}
 * @param maxTokens text tokens of a domain; 0 for all
 * @param keepGoing skip and count what is no document, in the place of stopping
 * @param overwrite begin anew where a trace lies already
 * @param partAssignments a part is closed with the window that fills it up to so many assignments
 */
public record TraceOptions(
        int context, long maxTokens, LayerSelection layers, boolean keepGoing, boolean overwrite, int partAssignments) {
    /** Longer windows would leave few of them, and the bootstrap goes over documents. */
    public static final int DEFAULT_CONTEXT = 2048;

    /**
     * Tokens of some windows that go through a layer together. Weights are read once for them: of eight experts, of which a token has
     * two, each meets some 512 tokens.
     */
    public static final int DEFAULT_BATCH = 2048;

    /** About a megabyte a part: small enough to lose little, large enough to read fast. */
    public static final int DEFAULT_PART_ASSIGNMENTS = 1 << 18;

    /** Everything. */
    public static TraceOptions defaults() {
        return new TraceOptions(0, 0, LayerSelection.ALL, false, false, DEFAULT_PART_ASSIGNMENTS);
    }
}
