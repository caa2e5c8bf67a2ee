package moira.train.decoder;

import org.bytedeco.pytorch.Tensor;

/**
 * Where the tokens of a batch went in one layer.
 *
 * @param experts {@code [tokens][k]}, flat: the chosen experts, highest weight first
 * @param weights {@code [tokens, k]}: softmax over the chosen k
 * @param probabilities {@code [tokens, E]}: softmax over all experts
 */
// The array is the batch's own, made anew for every batch.
@SuppressWarnings("ArrayRecordComponent")
public record Routing(int[] experts, Tensor weights, Tensor probabilities) {

    /** How many assignments each expert got. */
    public long[] load() {
        long[] load = new long[Math.toIntExact(probabilities.size(1))];
        for (int expert : experts) {
            load[expert]++;
        }
        return load;
    }
}
