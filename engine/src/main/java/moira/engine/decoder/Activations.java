package moira.engine.decoder;

import moira.engine.checkpoint.DecoderConfig;
import moira.engine.matrix.Rows;

/** The numbers of one batch of tokens on their way through the layers; one set a session, overwritten layer by layer. */
final class Activations {
    /** The residual stream {@code [tokens][width]}. */
    final float[] hidden;
    /** A normed hidden state {@code [tokens][width]}: what attention, router and experts read. */
    final Rows normed;

    final float[] query;
    final float[] key;
    final float[] value;
    /** What the heads found, {@code [tokens][heads * headWidth]}. */
    final Rows attended;
    /** The output of attention {@code [tokens][width]}. */
    final float[] projected;

    final Routes routes;
    /** Inputs of the experts, {@code [assignment][width]}, those of one expert side by side. */
    final Rows gathered;

    final Rows gate;
    final float[] up;
    /** Outputs of the experts, {@code [assignment][width]}. */
    final float[] expertOutput;

    private final int tokens;

    /** One part in so many of the heap is for the activations of a session. */
    private static final int SHARE_OF_HEAP = 4;

    /** How many tokens may go through a layer together: every array has its limit, and all of them a share of the heap. */
    static int mostTokens(DecoderConfig config, long heap) {
        long width = config.width();
        long heads = (long) config.heads() * config.headWidth();
        long kvHeads = (long) config.kvHeads() * config.headWidth();
        long ofExperts = config.expertsPerToken() * Math.max(width, config.expertWidth());
        long widest = Math.max(Math.max(heads, ofExperts), Math.max(width, config.experts()));
        long all = 3 * width + 2 * heads + 2 * kvHeads + config.headWidth() + 2L * config.experts() + 4 * ofExperts;
        long inHeap = heap / SHARE_OF_HEAP / (all * Float.BYTES);
        return (int) Math.clamp(inHeap, 1, Integer.MAX_VALUE / 2 / widest);
    }

    Activations(DecoderConfig config, int tokens, Rows.Formats formats) {
        this.tokens = tokens;
        int heads = config.heads() * config.headWidth();
        int kvHeads = config.kvHeads() * config.headWidth();
        int assignments = tokens * config.expertsPerToken();
        hidden = new float[tokens * config.width()];
        normed = Rows.of(tokens, config.width(), formats);
        query = new float[tokens * heads];
        key = new float[tokens * kvHeads];
        value = new float[tokens * kvHeads];
        attended = Rows.of(tokens, heads, formats);
        projected = new float[tokens * config.width()];
        routes = new Routes(config, tokens);
        gathered = Rows.of(assignments, config.width(), formats);
        gate = Rows.of(assignments, config.expertWidth(), formats);
        up = new float[assignments * config.expertWidth()];
        expertOutput = new float[assignments * config.width()];
    }

    /** How many tokens there is room for. */
    int tokens() {
        return tokens;
    }
}
