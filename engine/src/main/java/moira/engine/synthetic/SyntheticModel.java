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
import moira.engine.checkpoint.DecoderConfig;
import moira.engine.checkpoint.FormatMix;
import moira.engine.checkpoint.GgufConfig;
import moira.engine.checkpoint.GgufOutput;
import moira.engine.tensor.TensorFormat;

/** A GGUF file of a given shape with random weights: for measuring speed, and for nothing else. */
public final class SyntheticModel {
    private final Shape shape;
    private final FormatMix mix;
    private final LongConsumer written;
    private final Map<String, RandomBlocks> blocks = new HashMap<>();
    private final GgufOutput out = new GgufOutput();
    private int tensors;

    private SyntheticModel(Shape shape, String format, LongConsumer written) {
        this.shape = shape;
        mix = FormatMix.named(format);
        this.written = written;
        metadata();
        tensors();
    }

    /**
     * Writes the file.
     *
     * @param format the name of a {@link FormatMix}
     * @param written told of every tensor's bytes when they are written
     * @throws moira.engine.MoiraException if the format is none of those, or the file cannot be written
     */
    public static void write(Shape shape, String format, Path file, LongConsumer written) {
        new SyntheticModel(shape, format, written).out.write(file);
    }

    /** The bytes that {@link #write} will write, without the header. */
    public static long bytes(Shape shape, String format) {
        return new SyntheticModel(shape, format, bytes -> {}).out.bytes();
    }

    private void metadata() {
        String name = "synthetic " + shape.name() + ", " + shape.layers() + " layers, " + mix.name();
        GgufConfig.write(config(), name, out);
        vocabulary();
    }

    private DecoderConfig config() {
        return new DecoderConfig(
                "mixtral",
                shape.width(),
                shape.layers(),
                shape.heads(),
                shape.kvHeads(),
                shape.headWidth(),
                shape.expertWidth(),
                shape.experts(),
                shape.expertsPerToken(),
                shape.vocabulary(),
                shape.context(),
                1e-5f,
                1e6f,
                0,
                DecoderConfig.Rotation.INTERLEAVED);
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
        matrix("token_embd.weight", shape.vocabulary(), width);
        norm("output_norm.weight");
        matrix("output.weight", shape.vocabulary(), width);
        for (int layer = 0; layer < shape.layers(); layer++) {
            String name = "blk." + layer + ".";
            norm(name + "attn_norm.weight");
            norm(name + "ffn_norm.weight");
            matrix(name + "attn_q.weight", heads, width);
            matrix(name + "attn_k.weight", kvHeads, width);
            matrix(name + "attn_v.weight", kvHeads, width);
            matrix(name + "attn_output.weight", width, heads);
            matrix(name + "ffn_gate_inp.weight", experts, width);
            matrix(name + "ffn_gate_exps.weight", experts, shape.expertWidth(), width);
            matrix(name + "ffn_up_exps.weight", experts, shape.expertWidth(), width);
            matrix(name + "ffn_down_exps.weight", experts, width, shape.expertWidth());
        }
    }

    private void matrix(String name, long... dimensions) {
        TensorFormat of = mix.of(name, shape.layers(), TensorFormat.F32);
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
