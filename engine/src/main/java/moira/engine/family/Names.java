package moira.engine.family;

import static moira.engine.architecture.Part.*;
import static moira.engine.family.Place.each;
import static moira.engine.family.Place.half;
import static moira.engine.family.Place.merged;
import static moira.engine.family.Place.named;
import static moira.engine.family.Place.row;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import moira.engine.architecture.Part;

/** What most families call their weights. */
final class Names {
    /** The transformers library. */
    static final WeightNames HUGGING_FACE = new WeightNames("model.layers.%d.", huggingFace());

    /** llama.cpp, whose names are the same for all architectures, up to a few. */
    static final WeightNames GGUF = new WeightNames("blk.%d.", gguf());

    private Names() {}

    private static Map<Part, List<Place>> huggingFace() {
        Map<Part, List<Place>> places = new EnumMap<>(Part.class);
        put(places, EMBEDDING, named("model.embed_tokens.weight"));
        put(places, OUTPUT_NORM, named("model.norm.weight"));
        put(places, OUTPUT_NORM_BIAS, named("model.norm.bias"));
        put(places, OUTPUT, named("lm_head.weight"));
        put(places, OUTPUT_BIAS, named("lm_head.bias"));
        put(places, ATTENTION_NORM, named("input_layernorm.weight"));
        put(places, ATTENTION_NORM_BIAS, named("input_layernorm.bias"));
        put(places, QUERY, named("self_attn.q_proj.weight"));
        put(places, QUERY_BIAS, named("self_attn.q_proj.bias"));
        put(places, KEY, named("self_attn.k_proj.weight"));
        put(places, KEY_BIAS, named("self_attn.k_proj.bias"));
        put(places, VALUE, named("self_attn.v_proj.weight"));
        put(places, VALUE_BIAS, named("self_attn.v_proj.bias"));
        put(places, QUERY_NORM, named("self_attn.q_norm.weight"));
        put(places, KEY_NORM, named("self_attn.k_norm.weight"));
        put(places, SINKS, named("self_attn.sinks"));
        put(places, QUERY_DOWN, named("self_attn.q_a_proj.weight"));
        put(places, QUERY_DOWN_NORM, named("self_attn.q_a_layernorm.weight"));
        put(places, QUERY_UP, named("self_attn.q_b_proj.weight"));
        put(places, LATENT_DOWN, named("self_attn.kv_a_proj_with_mqa.weight"));
        put(places, LATENT_NORM, named("self_attn.kv_a_layernorm.weight"));
        put(places, LATENT_KEY, LatentPlace.key("self_attn.kv_b_proj.weight"));
        put(places, LATENT_VALUE, LatentPlace.value("self_attn.kv_b_proj.weight"));
        put(places, ATTENTION_OUTPUT, named("self_attn.o_proj.weight"));
        put(places, ATTENTION_OUTPUT_BIAS, named("self_attn.o_proj.bias"));
        put(places, FEED_FORWARD_NORM, named("post_attention_layernorm.weight"));
        put(places, FEED_FORWARD_NORM_BIAS, named("post_attention_layernorm.bias"));
        put(places, GATE, named("mlp.gate_proj.weight"));
        put(places, UP, named("mlp.up_proj.weight"));
        put(places, DOWN, named("mlp.down_proj.weight"));
        put(places, ROUTER, named("mlp.gate.weight"));
        put(places, ROUTER_CORRECTION, named("mlp.gate.e_score_correction_bias"));
        // Version 5 of the library saves all experts of a layer in one tensor.
        String gateUp = "mlp.experts.gate_up_proj";
        put(places, EXPERT_GATE, each("mlp.experts.%d.gate_proj.weight"), half(gateUp, false));
        put(places, EXPERT_UP, each("mlp.experts.%d.up_proj.weight"), half(gateUp, true));
        put(places, EXPERT_DOWN, each("mlp.experts.%d.down_proj.weight"), merged("mlp.experts.down_proj"));
        put(places, SHARED_GATE, named("mlp.shared_experts.gate_proj.weight"));
        put(places, SHARED_UP, named("mlp.shared_experts.up_proj.weight"));
        put(places, SHARED_DOWN, named("mlp.shared_experts.down_proj.weight"));
        return places;
    }

    private static Map<Part, List<Place>> gguf() {
        Map<Part, List<Place>> places = new EnumMap<>(Part.class);
        put(places, EMBEDDING, named("token_embd.weight"));
        put(places, OUTPUT_NORM, named("output_norm.weight"));
        put(places, OUTPUT_NORM_BIAS, named("output_norm.bias"));
        put(places, OUTPUT, named("output.weight"));
        put(places, OUTPUT_BIAS, named("output.bias"));
        put(places, ATTENTION_NORM, named("attn_norm.weight"));
        put(places, ATTENTION_NORM_BIAS, named("attn_norm.bias"));
        put(places, QUERY, named("attn_q.weight"));
        put(places, QUERY_BIAS, named("attn_q.bias"));
        put(places, KEY, named("attn_k.weight"));
        put(places, KEY_BIAS, named("attn_k.bias"));
        put(places, VALUE, named("attn_v.weight"));
        put(places, VALUE_BIAS, named("attn_v.bias"));
        put(places, QUERY_NORM, named("attn_q_norm.weight"));
        put(places, KEY_NORM, named("attn_k_norm.weight"));
        put(places, SINKS, named("attn_sinks.weight"));
        put(places, QUERY_DOWN, named("attn_q_a.weight"));
        put(places, QUERY_DOWN_NORM, named("attn_q_a_norm.weight"));
        put(places, QUERY_UP, named("attn_q_b.weight"));
        put(places, LATENT_DOWN, named("attn_kv_a_mqa.weight"));
        put(places, LATENT_NORM, named("attn_kv_a_norm.weight"));
        // Files of before 2025-04 have both in one.
        put(places, LATENT_KEY, merged("attn_k_b.weight"), LatentPlace.key("attn_kv_b.weight"));
        put(places, LATENT_VALUE, merged("attn_v_b.weight"), LatentPlace.value("attn_kv_b.weight"));
        put(places, ATTENTION_OUTPUT, named("attn_output.weight"));
        put(places, ATTENTION_OUTPUT_BIAS, named("attn_output.bias"));
        put(places, FEED_FORWARD_NORM, named("ffn_norm.weight"));
        put(places, FEED_FORWARD_NORM_BIAS, named("ffn_norm.bias"));
        put(places, GATE, named("ffn_gate.weight"));
        put(places, UP, named("ffn_up.weight"));
        put(places, DOWN, named("ffn_down.weight"));
        put(places, ROUTER, named("ffn_gate_inp.weight"));
        put(places, ROUTER_BIAS, named("ffn_gate_inp.bias"));
        put(places, ROUTER_CORRECTION, named("exp_probs_b.bias"), named("exp_probs_b"));
        // Files of before 2024-04 have a tensor for each expert, the newest may have gates and ups together.
        String gateUp = "ffn_gate_up_exps.weight";
        put(places, EXPERT_GATE, merged("ffn_gate_exps.weight"), each("ffn_gate.%d.weight"), half(gateUp, false));
        put(places, EXPERT_UP, merged("ffn_up_exps.weight"), each("ffn_up.%d.weight"), half(gateUp, true));
        put(places, EXPERT_DOWN, merged("ffn_down_exps.weight"), each("ffn_down.%d.weight"));
        put(places, EXPERT_GATE_BIAS, named("ffn_gate_exps.bias"));
        put(places, EXPERT_UP_BIAS, named("ffn_up_exps.bias"));
        put(places, EXPERT_DOWN_BIAS, named("ffn_down_exps.bias"));
        put(places, SHARED_GATE, named("ffn_gate_shexp.weight"));
        put(places, SHARED_UP, named("ffn_up_shexp.weight"));
        put(places, SHARED_DOWN, named("ffn_down_shexp.weight"));
        put(places, SHARED_WEIGHT, row("ffn_gate_inp_shexp.weight"));
        return places;
    }

    private static void put(Map<Part, List<Place>> places, Part part, Place... all) {
        places.put(part, List.of(all));
    }
}
