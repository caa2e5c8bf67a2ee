package moira.engine.checkpoint;

import java.util.Optional;

/**
 * What a file calls the weights of a decoder. The names of a layer's weights follow {@code layer}, whose {@code %d} is the layer.
 *
 * @param expert the names where every expert has tensors of its own; {@code %d} is the expert
 * @param mergedExperts the names where one tensor holds all experts of a layer, if the format knows that
 */
public record WeightNames(
        String embedding,
        String outputNorm,
        String output,
        String layer,
        String attentionNorm,
        String query,
        String key,
        String value,
        String attentionOutput,
        String expertNorm,
        String router,
        Expert expert,
        Optional<Expert> mergedExperts) {

    /** The names of one expert's matrices. */
    public record Expert(String gate, String up, String down) {}

    /** llama.cpp's {@code llama} architecture; files of before 2024-04 have a tensor for each expert. */
    public static final WeightNames GGUF = new WeightNames(
            "token_embd.weight",
            "output_norm.weight",
            "output.weight",
            "blk.%d.",
            "attn_norm.weight",
            "attn_q.weight",
            "attn_k.weight",
            "attn_v.weight",
            "attn_output.weight",
            "ffn_norm.weight",
            "ffn_gate_inp.weight",
            new Expert("ffn_gate.%d.weight", "ffn_up.%d.weight", "ffn_down.%d.weight"),
            Optional.of(new Expert("ffn_gate_exps.weight", "ffn_up_exps.weight", "ffn_down_exps.weight")));

    /** {@code MixtralForCausalLM} of the transformers library. */
    static final WeightNames HUGGING_FACE = new WeightNames(
            "model.embed_tokens.weight",
            "model.norm.weight",
            "lm_head.weight",
            "model.layers.%d.",
            "input_layernorm.weight",
            "self_attn.q_proj.weight",
            "self_attn.k_proj.weight",
            "self_attn.v_proj.weight",
            "self_attn.o_proj.weight",
            "post_attention_layernorm.weight",
            "block_sparse_moe.gate.weight",
            new Expert(
                    "block_sparse_moe.experts.%d.w1.weight",
                    "block_sparse_moe.experts.%d.w3.weight", "block_sparse_moe.experts.%d.w2.weight"),
            Optional.empty());
}
