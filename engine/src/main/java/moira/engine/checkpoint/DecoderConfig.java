package moira.engine.checkpoint;

import moira.engine.MoiraException;

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

    /** The most values of a token in any one place, so that 16 rows of a matrix, a panel, fit an array. */
    public static final int LARGEST = (1 << 27) - 1;

    /** The pairs of dimensions that the rotary embedding turns together. */
    public enum Rotation {
        /** (i, i + headWidth/2), as Hugging Face lays a head out. */
        HALVES,
        /** (2i, 2i + 1), as llama.cpp's GGUF files do (their Q and K rows are permuted for it). */
        INTERLEAVED
    }

    /** The width of a head where a file does not say: the heads share the width of a hidden state. */
    static int headWidth(int width, int heads, String where) {
        if (width % heads != 0) {
            throw MoiraException.expected(where, "a width that " + heads + " heads divide", width);
        }
        return width / heads;
    }

    /**
     * This, if its dimensions, each positive by itself, go together.
     *
     * @param where the file or option, for the error
     * @throws MoiraException if they do not
     */
    public DecoderConfig checked(String where) {
        atMostLargest(where + ", vocabulary", vocabulary);
        atMostLargest(where + ", heads times their width", (long) heads * headWidth);
        atMostLargest(where + ", experts", experts);
        atMostLargest(where + ", experts per token times width", (long) expertsPerToken * width);
        atMostLargest(where + ", experts per token times their width", (long) expertsPerToken * expertWidth);
        if (heads % kvHeads != 0) {
            throw MoiraException.expected(where, "a number of heads that " + kvHeads + " KV heads divide", heads);
        }
        if (headWidth % 2 != 0) {
            throw MoiraException.expected(where, "an even width of a head, for the rotary embedding", headWidth);
        }
        if (expertsPerToken > experts) {
            throw MoiraException.expected(where, "at most " + experts + " experts per token", expertsPerToken);
        }
        return this;
    }

    private static void atMostLargest(String where, long found) {
        if (found > LARGEST) {
            throw MoiraException.expected(where, "at most " + LARGEST, found);
        }
    }
}
