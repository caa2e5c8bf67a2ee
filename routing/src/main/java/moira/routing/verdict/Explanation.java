package moira.routing.verdict;

/** What a cue explains of a layer, or of a model. What cannot be had is null. */
interface Explanation {
    String name();

    /** Of H(X). */
    Double share();

    /** Lower end of the share's 95 % interval. */
    Double ciLow();

    /** Its upper end. */
    Double ciHigh();

    Standing standing();

    /** Its name in the table {@code information}. */
    String quantity();

    /** Why it could not be tested; null where it was. */
    String untested();

    /** Whether the share is one that the truth does not exceed, and may be far below. */
    boolean upperBound();
}
