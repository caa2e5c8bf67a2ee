package moira.engine.family;

import java.util.List;

/**
 * What files say of a decoder: the names of a setting in {@code config.json} (the transformers library; older names behind newer ones) and
 * in a GGUF file, behind its architecture's name (llama.cpp).
 */
public enum Key {
    LAYERS("block_count", "num_hidden_layers"),
    WIDTH("embedding_length", "hidden_size"),
    VOCABULARY("vocab_size", "vocab_size"),
    CONTEXT("context_length", "max_position_embeddings"),
    NORM_EPSILON("attention.layer_norm_rms_epsilon", "rms_norm_eps"),
    LAYER_NORM_EPSILON("attention.layer_norm_epsilon", "rms_norm_eps"),
    FEED_FORWARD_WIDTH("feed_forward_length", "intermediate_size"),

    HEADS("attention.head_count", "num_attention_heads"),
    KV_HEADS("attention.head_count_kv", "num_key_value_heads"),
    HEAD_WIDTH("attention.key_length", "head_dim"),
    WINDOW("attention.sliding_window", "sliding_window"),
    CLIP("attention.clamp_kqv", "clip_qkv"),
    ATTENTION_SCALE("attention.scale", "attention_multiplier"),
    QUERY_RANK("attention.q_lora_rank", "q_lora_rank"),
    LATENT_WIDTH("attention.kv_lora_rank", "kv_lora_rank"),
    TURNED_WIDTH("rope.dimension_count", "qk_rope_head_dim"),

    EXPERTS("expert_count", "num_local_experts", "num_experts", "n_routed_experts"),
    EXPERTS_PER_TOKEN("expert_used_count", "num_experts_per_tok", "num_experts_per_token"),
    EXPERT_WIDTH("expert_feed_forward_length", "moe_intermediate_size", "intermediate_size"),
    DENSE_LAYERS("leading_dense_block_count", "first_k_dense_replace"),
    SHARED_EXPERTS("expert_shared_count", "n_shared_experts"),
    SHARED_WIDTH("expert_shared_feed_forward_length", "shared_expert_intermediate_size", "shared_intermediate_size"),
    GROUPS("expert_group_count", "n_group"),
    KEPT_GROUPS("expert_group_used_count", "topk_group"),
    RENORMALISED("expert_weights_norm", "norm_topk_prob"),
    WEIGHT_SCALE("expert_weights_scale", "routed_scaling_factor"),
    PREDICTION_LAYERS("nextn_predict_layers", "num_nextn_predict_layers"),

    EMBEDDING_SCALE("embedding_scale", "embedding_multiplier"),
    RESIDUAL_SCALE("residual_scale", "residual_multiplier"),
    LOGIT_SCALE("logit_scale", "logits_scaling");

    private final String gguf;
    private final List<String> huggingFace;

    Key(String gguf, String... huggingFace) {
        this.gguf = gguf;
        this.huggingFace = List.of(huggingFace);
    }

    /** Without the architecture's name and its dot. */
    public String gguf() {
        return gguf;
    }

    List<String> huggingFace() {
        return huggingFace;
    }
}
