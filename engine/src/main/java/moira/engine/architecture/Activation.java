package moira.engine.architecture;

/** What a gated unit does between its matrices, element by element: {@code down(f(gate x, up x))}. */
public sealed interface Activation {
    /** {@code silu(g) * u} (arXiv 2002.05202, eq. 5). */
    record SwiGlu() implements Activation {}

    /**
     * {@code g' * sigmoid(alpha * g') * (u' + 1)}, with {@code g' = min(g, limit)} and {@code u'} between {@code -limit} and
     * {@code limit} (arXiv 2508.10925).
     */
    record ClampedSwiGlu(float alpha, float limit) implements Activation {}
}
