package moira.engine.architecture;

/**
 * Grouped-query attention (arXiv 2305.13245).
 *
 * @param headWidth of queries, keys and values
 * @param biased whether queries, keys and values have biases
 * @param outputBiased whether the output matrix has one
 * @param norm of queries and keys, before they are turned
 * @param normEpsilon of those norms; 0 where there are none
 * @param clip the largest absolute value of queries, keys and values, after their norm; 0 for any
 */
public record GroupedQuerySpec(
        int heads,
        int kvHeads,
        int headWidth,
        RotarySpec rotary,
        float scale,
        int window,
        boolean sinks,
        boolean biased,
        boolean outputBiased,
        HeadNorm norm,
        float normEpsilon,
        float clip)
        implements AttentionSpec {

    /** Over what an RMS norm of queries and keys runs. */
    public enum HeadNorm {
        NONE,
        /** Each head by itself, with weights that all heads share. */
        HEAD,
        /** All heads of a token together. */
        WHOLE
    }

    /** Attention as most decoders have it: no window, bias, norm or clip, and the scale {@code 1 / sqrt(headWidth)}. */
    public static GroupedQuerySpec of(int heads, int kvHeads, int headWidth, RotarySpec rotary) {
        float scale = (float) (1 / Math.sqrt(headWidth));
        return new GroupedQuerySpec(
                heads, kvHeads, headWidth, rotary, scale, 0, false, false, false, HeadNorm.NONE, 0, 0);
    }

    public GroupedQuerySpec withScale(float other) {
        return new GroupedQuerySpec(
                heads, kvHeads, headWidth, rotary, other, window, sinks, biased, outputBiased, norm, normEpsilon, clip);
    }

    public GroupedQuerySpec withWindow(int other) {
        return new GroupedQuerySpec(
                heads, kvHeads, headWidth, rotary, scale, other, sinks, biased, outputBiased, norm, normEpsilon, clip);
    }

    public GroupedQuerySpec withSinks() {
        return new GroupedQuerySpec(
                heads, kvHeads, headWidth, rotary, scale, window, true, biased, outputBiased, norm, normEpsilon, clip);
    }

    public GroupedQuerySpec withBiases(boolean inputs, boolean output) {
        return new GroupedQuerySpec(
                heads, kvHeads, headWidth, rotary, scale, window, sinks, inputs, output, norm, normEpsilon, clip);
    }

    public GroupedQuerySpec withNorm(HeadNorm other, float epsilon) {
        return new GroupedQuerySpec(
                heads, kvHeads, headWidth, rotary, scale, window, sinks, biased, outputBiased, other, epsilon, clip);
    }

    public GroupedQuerySpec withClip(float other) {
        return new GroupedQuerySpec(
                heads,
                kvHeads,
                headWidth,
                rotary,
                scale,
                window,
                sinks,
                biased,
                outputBiased,
                norm,
                normEpsilon,
                other);
    }

    @Override
    public GroupedQuerySpec with(Pairing pairing) {
        return new GroupedQuerySpec(
                heads,
                kvHeads,
                headWidth,
                rotary.with(pairing),
                scale,
                window,
                sinks,
                biased,
                outputBiased,
                norm,
                normEpsilon,
                clip);
    }

    @Override
    public int cachedHeads() {
        return kvHeads;
    }

    @Override
    public int keyWidth() {
        return headWidth;
    }

    @Override
    public int valueWidth() {
        return headWidth;
    }

    @Override
    public int outputWidth() {
        return heads * headWidth;
    }
}
