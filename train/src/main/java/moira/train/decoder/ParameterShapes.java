package moira.train.decoder;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The names and shapes of a decoder's parameters, as {@code MixtralForCausalLM} of the transformers library calls them. */
public final class ParameterShapes {
    static final String EMBEDDING = "model.embed_tokens.weight";
    static final String OUTPUT_NORM = "model.norm.weight";
    static final String OUTPUT = "lm_head.weight";
    static final String ATTENTION_NORM = "input_layernorm.weight";
    static final String QUERY = "self_attn.q_proj.weight";
    static final String KEY = "self_attn.k_proj.weight";
    static final String VALUE = "self_attn.v_proj.weight";
    static final String ATTENTION_OUTPUT = "self_attn.o_proj.weight";
    static final String EXPERT_NORM = "post_attention_layernorm.weight";
    static final String ROUTER = "block_sparse_moe.gate.weight";

    private ParameterShapes() {}

    static String layer(int layer) {
        return "model.layers." + layer + ".";
    }

    /** @param matrix w1 (gate), w2 (down) or w3 (up) */
    static String expert(int expert, String matrix) {
        return "block_sparse_moe.experts." + expert + "." + matrix + ".weight";
    }

    /** Every parameter in the order of the computation; {@code [rows, columns]} for a matrix, {@code [width]} for a norm. */
    public static Map<String, long[]> of(MixtralShape config) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        long[] embedding = {config.vocabulary(), config.width()};
        shapes.put(EMBEDDING, embedding);
        for (int layer = 0; layer < config.layers(); layer++) {
            layer(config, layer(layer), shapes);
        }
        shapes.put(OUTPUT_NORM, new long[] {config.width()});
        shapes.put(OUTPUT, embedding);
        return Collections.unmodifiableMap(shapes);
    }

    private static void layer(MixtralShape config, String layer, Map<String, long[]> shapes) {
        long width = config.width();
        long heads = (long) config.heads() * config.headWidth();
        long kvHeads = (long) config.kvHeads() * config.headWidth();
        shapes.put(layer + ATTENTION_NORM, new long[] {width});
        shapes.put(layer + QUERY, new long[] {heads, width});
        shapes.put(layer + KEY, new long[] {kvHeads, width});
        shapes.put(layer + VALUE, new long[] {kvHeads, width});
        shapes.put(layer + ATTENTION_OUTPUT, new long[] {width, heads});
        shapes.put(layer + EXPERT_NORM, new long[] {width});
        shapes.put(layer + ROUTER, new long[] {config.experts(), width});
        for (int e = 0; e < config.experts(); e++) {
            shapes.put(layer + expert(e, "w1"), new long[] {config.expertWidth(), width});
            shapes.put(layer + expert(e, "w2"), new long[] {width, config.expertWidth()});
            shapes.put(layer + expert(e, "w3"), new long[] {config.expertWidth(), width});
        }
    }

    static long size(long[] shape) {
        long size = 1;
        for (long dimension : shape) {
            size *= dimension;
        }
        return size;
    }
}
