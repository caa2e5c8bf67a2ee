package moira.engine.decoder;

/** In what activations meet weights. The router, norms, rotation and attention's own products are in floats either way. */
public enum Arithmetic {
    /** In floats: what is measured is the model. */
    FLOAT("float", false, false),
    /**
     * In 8 bits, a scale for every 32, where the weights are quantised too: faster, and nearly the same. On the reference model
     * 99 % of the chosen sets of experts must be the same, and log-probabilities within 0.02 in the mean.
     */
    INT8("int8 activations", true, false),
    /**
     * What {@link #INT8} becomes where an accelerator multiplies prompts and the weights are floats: bfloat16 for many tokens
     * together, floats for few. How many tokens come together changes the result.
     */
    BFLOAT16("bfloat16 for many tokens", false, true),
    /** The same where weights are quantised: bfloat16 for many tokens together, 8 bits for few. */
    BFLOAT16_INT8("bfloat16 for many tokens, int8 activations for few", true, true);

    private final String words;
    private final boolean int8;
    private final boolean bfloat16;

    Arithmetic(String words, boolean int8, boolean bfloat16) {
        this.words = words;
        this.int8 = int8;
        this.bfloat16 = bfloat16;
    }

    boolean hasInt8() {
        return int8;
    }

    boolean hasBfloat16() {
        return bfloat16;
    }

    /** As traces have it. */
    @Override
    public String toString() {
        return words;
    }
}
