package moira.engine.synthetic;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongConsumer;
import moira.engine.MoiraException;
import moira.engine.checkpoint.GgufOutput;
import moira.engine.tensor.TensorFormat;

/** A GGUF file of a given shape with random weights: for measuring speed, and for nothing else. */
public final class SyntheticModel {
    private final Shape shape;
    private final String format;
    private final LongConsumer written;
    private final Map<String, RandomBlocks> blocks = new HashMap<>();
    private final GgufOutput out = new GgufOutput();
    private int tensors;

    private SyntheticModel(Shape shape, String format, LongConsumer written) {
        this.shape = shape;
        this.format = format;
        this.written = written;
        metadata();
        tensors();
    }

    /**
     * Writes the file.
     *
     * @param format of the matrices: a format's name, or Q4_K_M, llama.cpp's mixture of Q4_K with Q6_K and Q8_0
     * @param written told of every tensor's bytes when they are written
     * @throws MoiraException if the format is none of those, or the file cannot be written
     */
    public static void write(Shape shape, String format, Path file, LongConsumer written) {
        new SyntheticModel(shape, format, written).out.write(file);
    }

    /** The bytes that {@link #write} will write, without the header. */
    public static long bytes(Shape shape, String format) {
        return new SyntheticModel(shape, format, bytes -> {}).out.bytes();
    }

    private void metadata() {
        out.put("general.architecture", "llama")
                .put("general.name", "synthetic " + shape.name() + ", " + shape.layers() + " layers, " + format)
                .put("llama.block_count", shape.layers())
                .put("llama.context_length", shape.context())
                .put("llama.embedding_length", shape.width())
                .put("llama.feed_forward_length", shape.expertWidth())
                .put("llama.attention.head_count", shape.heads())
                .put("llama.attention.head_count_kv", shape.kvHeads())
                .put("llama.attention.key_length", shape.headWidth())
                .put("llama.attention.value_length", shape.headWidth())
                .put("llama.rope.dimension_count", shape.headWidth())
                .put("llama.rope.freq_base", 1e6f)
                .put("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .put("llama.expert_count", shape.experts())
                .put("llama.expert_used_count", shape.expertsPerToken())
                .put("llama.vocab_size", shape.vocabulary());
        vocabulary();
    }

    /** Special tokens, the 256 bytes, and made-up words: enough to read and write any text. */
    private void vocabulary() {
        String[] tokens = new String[shape.vocabulary()];
        float[] scores = new float[tokens.length];
        int[] types = new int[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            boolean special = i < 3;
            boolean isByte = i >= 3 && i < 259;
            tokens[i] = special
                    ? List.of("<unk>", "<s>", "</s>").get(i)
                    : isByte ? String.format(Locale.ROOT, "<0x%02X>", i - 3) : "\u2581w" + i;
            scores[i] = -i;
            types[i] = i == 0 ? 2 : special ? 3 : isByte ? 6 : 1;
        }
        out.put("tokenizer.ggml.model", "llama")
                .put("tokenizer.ggml.tokens", tokens)
                .put("tokenizer.ggml.scores", scores)
                .put("tokenizer.ggml.token_type", types)
                .put("tokenizer.ggml.bos_token_id", 1)
                .put("tokenizer.ggml.eos_token_id", 2);
    }

    private void tensors() {
        long width = shape.width();
        long heads = (long) shape.heads() * shape.headWidth();
        long kvHeads = (long) shape.kvHeads() * shape.headWidth();
        long experts = shape.experts();
        matrix("token_embd.weight", false, shape.vocabulary(), width);
        norm("output_norm.weight");
        matrix("output.weight", true, shape.vocabulary(), width);
        for (int layer = 0; layer < shape.layers(); layer++) {
            String name = "blk." + layer + ".";
            norm(name + "attn_norm.weight");
            norm(name + "ffn_norm.weight");
            matrix(name + "attn_q.weight", false, heads, width);
            matrix(name + "attn_k.weight", false, kvHeads, width);
            matrix(name + "attn_v.weight", false, kvHeads, width);
            matrix(name + "attn_output.weight", false, width, heads);
            add(name + "ffn_gate_inp.weight", TensorFormat.F32, experts, width);
            matrix(name + "ffn_gate_exps.weight", false, experts, shape.expertWidth(), width);
            matrix(name + "ffn_up_exps.weight", false, experts, shape.expertWidth(), width);
            matrix(name + "ffn_down_exps.weight", isBetter(layer), experts, width, shape.expertWidth());
        }
    }

    /** The layers whose down projections get more bits in a Q4_K_M file. */
    private boolean isBetter(int layer) {
        int eighth = shape.layers() / 8;
        return layer < eighth || layer >= 7 * shape.layers() / 8 || (layer - eighth) % 3 == 2;
    }

    private void matrix(String name, boolean better, long... dimensions) {
        add(name, formatOf(name, better), dimensions);
    }

    private TensorFormat formatOf(String name, boolean better) {
        if (format.equals("Q4_K_M")) {
            if (name.endsWith("attn_v.weight") || name.endsWith("attn_k.weight")) {
                return TensorFormat.Q8_0;
            }
            return better ? TensorFormat.Q6_K : TensorFormat.Q4_K;
        }
        try {
            return TensorFormat.valueOf(format);
        } catch (IllegalArgumentException e) {
            throw MoiraException.expected("--format", "Q4_K_M or a format as Q4_0, Q8_0, Q4_K, F16", format);
        }
    }

    private void add(String name, TensorFormat of, long... dimensions) {
        List<Long> dims = Arrays.stream(dimensions).boxed().toList();
        long columns = dims.getLast();
        RandomBlocks random =
                blocks.computeIfAbsent(of + " " + columns, key -> new RandomBlocks(of, columns, key.hashCode()));
        int start = 7919 * tensors++;
        long bytes = of.bytes(dims, name);
        out.tensor(name, of, dims, stream -> {
            random.write(stream, bytes, start);
            written.accept(bytes);
        });
    }

    private void norm(String name) {
        out.tensor(name, TensorFormat.F32, List.of((long) shape.width()), this::ones);
    }

    private void ones(OutputStream stream) throws IOException {
        ByteBuffer ones = ByteBuffer.allocate(shape.width() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (ones.hasRemaining()) {
            ones.putFloat(1);
        }
        stream.write(ones.array());
    }
}
