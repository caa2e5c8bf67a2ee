package moira.engine.decoder;

import java.util.List;
import moira.engine.matrix.Matrix;

/**
 * The weights of one layer of the decoder.
 *
 * @param attentionNorm {@code [width]}
 * @param expertNorm {@code [width]}
 * @param router {@code [E, width]}
 */
record Layer(
        float[] attentionNorm,
        Attention.Weights attention,
        float[] expertNorm,
        Matrix router,
        List<Experts.Expert> experts) {
    /** Bytes of weights that a token reads, which goes to some of the experts. */
    long bytes(int expertsPerToken) {
        long ofExperts = experts.stream().mapToLong(Experts.Expert::bytes).sum();
        return attention.bytes() + router.bytes() + ofExperts / experts.size() * expertsPerToken;
    }
}
