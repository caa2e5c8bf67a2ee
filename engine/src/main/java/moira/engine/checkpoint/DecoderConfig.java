package moira.engine.checkpoint;

/**
 * The dimensions of a Mixtral decoder (Mixtral of Experts, table 1).
 *
 * @param width of a hidden state ({@code dim})
 * @param headWidth of one attention head ({@code head_dim})
 * @param expertWidth of the hidden layer of one expert ({@code hidden_dim})
 * @param experts E, in each layer
 * @param expertsPerToken k
 * @param context the longest sequence the model was made for
 * @param slidingWindow how many tokens back a token attends to, itself included; 0 for all
 * @param rotation which pairs of a head the rotary embedding turns
 */
public record DecoderConfig(
        String architecture,
        int width,
        int layers,
        int heads,
        int kvHeads,
        int headWidth,
        int expertWidth,
        int experts,
        int expertsPerToken,
        int vocabulary,
        int context,
        float normEpsilon,
        float ropeTheta,
        int slidingWindow,
        Rotation rotation) {

    /** The pairs of dimensions that the rotary embedding turns together. */
    public enum Rotation {
        /** (i, i + headWidth/2), as Hugging Face lays a head out. */
        HALVES,
        /** (2i, 2i + 1), as llama.cpp's GGUF files do (their Q and K rows are permuted for it). */
        INTERLEAVED
    }
}
