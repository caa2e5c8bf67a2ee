package moira.engine.synthetic;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongConsumer;
import moira.engine.checkpoint.FormatMix;
import moira.engine.checkpoint.GgufOutput;
import moira.engine.family.GgufDescription;
import moira.engine.family.GgufTensor;
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
        String name = "synthetic " + shape.name() + ", " + shape.architecture().depth() + " layers, " + mix.name();
        GgufDescription.of(shape.architecture(), name).forEach(out::put);
        vocabulary();
    }

    /** Special tokens, the 256 bytes, and made-up words: enough to read and write any text. */
    private void vocabulary() {
        String[] tokens = new String[shape.architecture().vocabulary()];
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
        for (GgufTensor tensor : GgufTensor.of(shape.architecture(), shape.tied())) {
            if (tensor.part().isEmpty() || tensor.name().endsWith("norm.weight")) {
                out.tensor(tensor.name(), TensorFormat.F32, tensor.shape(), stream -> write(tensor, stream));
            } else {
                random(tensor.name(), tensor.shape());
            }
        }
    }

    private void random(String name, List<Long> dimensions) {
        TensorFormat of = mix.of(name, dimensions, shape.architecture().depth(), TensorFormat.F32);
        long columns = dimensions.getLast();
        RandomBlocks random =
                blocks.computeIfAbsent(of + " " + columns, key -> new RandomBlocks(of, columns, key.hashCode()));
        int start = 7919 * tensors++;
        long bytes = of.bytes(dimensions, name);
        out.tensor(name, of, dimensions, stream -> {
            random.write(stream, bytes, start);
            written.accept(bytes);
        });
    }

    /** What follows from the description; norms are ones. */
    private static void write(GgufTensor tensor, OutputStream stream) throws IOException {
        int size = Math.toIntExact(tensor.shape().getFirst());
        ByteBuffer values = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size; i++) {
            values.putFloat(tensor.part().isEmpty() ? tensor.values().get(i) : 1);
        }
        stream.write(values.array());
    }
}
