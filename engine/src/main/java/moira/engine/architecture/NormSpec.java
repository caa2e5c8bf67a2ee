package moira.engine.architecture;

/**
 * How hidden states are normed.
 *
 * @param epsilon added to the mean square, or to the variance
 */
public record NormSpec(Kind kind, float epsilon) {
    /** What is divided by. */
    public enum Kind {
        /** The root of the mean square (arXiv 1910.07467). */
        RMS,
        /** The mean taken off, the standard deviation; with a bias (arXiv 1607.06450). */
        LAYER
    }

    public static NormSpec rms(float epsilon) {
        return new NormSpec(Kind.RMS, epsilon);
    }

    public static NormSpec layer(float epsilon) {
        return new NormSpec(Kind.LAYER, epsilon);
    }

    public boolean hasBias() {
        return kind == Kind.LAYER;
    }
}
