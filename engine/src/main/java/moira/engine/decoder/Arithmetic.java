package moira.engine.decoder;

/** In what activations meet weights. The router, norms, rotation and attention's own products are in floats either way. */
public enum Arithmetic {
    /** In floats: what is measured is the model. */
    FLOAT("float"),
    /**
     * In 8 bits, a scale for every 32, where the weights are quantised too: faster, and nearly the same. On the reference model
     * 99 % of the chosen sets of experts must be the same, and log-probabilities within 0.02 in the mean.
     */
    INT8("int8 activations");

    private final String words;

    Arithmetic(String words) {
        this.words = words;
    }

    /** As traces have it. */
    @Override
    public String toString() {
        return words;
    }
}
