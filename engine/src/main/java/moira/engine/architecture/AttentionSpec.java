package moira.engine.architecture;

/** What one layer's attention is made of: {@code softmax(scale * q K^T) V}. */
public sealed interface AttentionSpec permits GroupedQuerySpec, LatentSpec {
    /** Heads that ask. */
    int heads();

    /** Heads whose keys and values are kept; the others share them. */
    int cachedHeads();

    /** Of a key as it is kept. */
    int keyWidth();

    /** Of a value as it is kept. */
    int valueWidth();

    /** What all heads of a token give to the output matrix. */
    int outputWidth();

    /** Scores are multiplied with. */
    float scale();

    /** How many tokens back a token attends to, itself included; 0 for all. */
    int window();

    /** Whether a head has a logit of its own that takes part in the softmax and has no value. */
    boolean sinks();

    RotarySpec rotary();

    /** The same with another order of the rotary pairs. */
    AttentionSpec with(Pairing pairing);
}
