package moira.engine.checkpoint;

import java.util.Random;

/** A Mixtral of a few hundred random weights, as a GGUF file. */
public final class TinyModel {
    static final int WIDTH = 8;
    static final int HEAD_WIDTH = 4;
    static final int EXPERT_WIDTH = 6;
    static final int EXPERTS = 3;
    static final int VOCABULARY = 5;

    private TinyModel() {}

    /** Two layers, two heads, one KV head. */
    public static GgufWriter gguf() {
        GgufWriter writer = new GgufWriter()
                .put("general.architecture", "llama")
                .put("general.name", "tiny")
                .put("llama.block_count", 2)
                .put("llama.embedding_length", WIDTH)
                .put("llama.feed_forward_length", EXPERT_WIDTH)
                .put("llama.attention.head_count", 2)
                .put("llama.attention.head_count_kv", 1)
                .put("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .put("llama.rope.freq_base", 1e6f)
                .put("llama.rope.dimension_count", HEAD_WIDTH)
                .put("llama.context_length", 64)
                .put("llama.expert_count", EXPERTS)
                .put("llama.expert_used_count", 2)
                .put("llama.vocab_size", VOCABULARY);
        Random random = new Random(1);
        random(writer, random, "token_embd.weight", VOCABULARY, WIDTH);
        for (int layer = 0; layer < 2; layer++) {
            String prefix = "blk." + layer + ".";
            random(writer, random, prefix + "attn_norm.weight", WIDTH);
            random(writer, random, prefix + "attn_q.weight", 2 * HEAD_WIDTH, WIDTH);
            random(writer, random, prefix + "attn_k.weight", HEAD_WIDTH, WIDTH);
            random(writer, random, prefix + "attn_v.weight", HEAD_WIDTH, WIDTH);
            random(writer, random, prefix + "attn_output.weight", WIDTH, 2 * HEAD_WIDTH);
            random(writer, random, prefix + "ffn_norm.weight", WIDTH);
            random(writer, random, prefix + "ffn_gate_inp.weight", EXPERTS, WIDTH);
            random(writer, random, prefix + "ffn_gate_exps.weight", EXPERTS, EXPERT_WIDTH, WIDTH);
            random(writer, random, prefix + "ffn_up_exps.weight", EXPERTS, EXPERT_WIDTH, WIDTH);
            random(writer, random, prefix + "ffn_down_exps.weight", EXPERTS, WIDTH, EXPERT_WIDTH);
        }
        random(writer, random, "output_norm.weight", WIDTH);
        random(writer, random, "output.weight", VOCABULARY, WIDTH);
        return writer;
    }

    /** The same without an output matrix: the embedding is it, too. */
    public static GgufWriter tied() {
        GgufWriter writer = gguf();
        writer.tensors.remove("output.weight");
        return writer;
    }

    static void random(GgufWriter writer, Random random, String name, long... shape) {
        int size = 1;
        for (long dimension : shape) {
            size *= (int) dimension;
        }
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        writer.f32(name, values, shape);
    }
}
