package moira.engine.architecture;

/**
 * Multi-head latent attention (arXiv 2405.04434, section 2.1): keys and values of all heads are made from one latent vector of a token,
 * which is what is kept, beside one rotated key that all heads share. A head's key matrix is applied to the query and its value matrix to
 * what was found (section 2.1.2, "absorbed"), so that heads ask the latents themselves.
 *
 * @param queryRank of the compressed query; 0 where queries are made at once
 * @param latentWidth of the compressed keys and values, {@code kv_lora_rank}
 * @param contentWidth of a head's query that is not turned, {@code qk_nope_head_dim}
 * @param headValueWidth of a head's value, {@code v_head_dim}
 * @param rotary of the part that is turned, {@code qk_rope_head_dim} wide
 * @param normEpsilon of the norms of both compressed vectors
 */
public record LatentSpec(
        int heads,
        int queryRank,
        int latentWidth,
        int contentWidth,
        int headValueWidth,
        RotarySpec rotary,
        float scale,
        float normEpsilon)
        implements AttentionSpec {

    /** Of a head's query, as it comes from the matrix: content, then what is turned. */
    public int queryWidth() {
        return contentWidth + rotary.dimensions();
    }

    @Override
    public int cachedHeads() {
        return 1;
    }

    @Override
    public int keyWidth() {
        return latentWidth + rotary.dimensions();
    }

    @Override
    public int valueWidth() {
        return latentWidth;
    }

    @Override
    public int outputWidth() {
        return heads * headValueWidth;
    }

    @Override
    public int window() {
        return 0;
    }

    @Override
    public boolean sinks() {
        return false;
    }

    @Override
    public LatentSpec with(Pairing pairing) {
        return new LatentSpec(
                heads, queryRank, latentWidth, contentWidth, headValueWidth, rotary.with(pairing), scale, normEpsilon);
    }
}
