package moira.engine.decoder;

/**
 * One layer of the decoder.
 *
 * @param attentionNorm {@code [width]}
 * @param expertNorm {@code [width]}
 */
record Layer(float[] attentionNorm, Attention attention, float[] expertNorm, Router router, Experts experts) {
    /** Bytes of weights that a token reads. */
    long bytes() {
        return attention.bytes() + router.bytes() + experts.bytes();
    }
}
