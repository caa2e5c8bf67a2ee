package moira.engine.checkpoint;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import moira.engine.MoiraException;
import moira.engine.family.Settings;
import moira.engine.kernel.Packing;
import moira.engine.matrix.PackedLayout;
import moira.engine.matrix.PackedMatrix;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;

/**
 * Packed weights in a GGUF file: their shape and name are those of the matrix, their data what {@link PackedMatrix} multiplies, the
 * experts of a layer one after the other. Their format has a number that is none of ggml's, so that other readers refuse the file
 * in place of misreading it, and the metadata name the layout of each format.
 */
final class PackedTensors {
    /** A cache line, and the widest vector: from there on, a map of the file is as good as memory. */
    static final int ALIGNMENT = 64;

    /** "MP" in the upper half, ggml's number of the format in the lower. */
    private static final int NUMBERS = 0x4D50_0000;

    private PackedTensors() {}

    static int number(TensorFormat format) {
        return NUMBERS + format.gguf();
    }

    static boolean areOf(int number) {
        return number >>> 16 == NUMBERS >>> 16;
    }

    static TensorFormat format(int number, String where) {
        TensorFormat format = TensorFormat.ofGguf(number - NUMBERS, where);
        if (Packing.of(format) == null) {
            throw MoiraException.expected(where, "a format that is packed", format);
        }
        return format;
    }

    /**
     * What a tensor takes.
     *
     * @throws MoiraException if the shape is impossible, or that of no matrix
     */
    static long bytes(TensorFormat format, List<Long> shape, long alignment, String where) {
        format.bytes(shape, where);
        boolean matrix = shape.size() == 2 || shape.size() == 3;
        if (!matrix || shape.stream().anyMatch(size -> size < 1 || size > Integer.MAX_VALUE)) {
            throw MoiraException.expected(where, "the shape of a packed matrix or of the experts of a layer", shape);
        }
        if (alignment % ALIGNMENT != 0) {
            throw MoiraException.expected(where, "data aligned to " + ALIGNMENT + " bytes", alignment);
        }
        long columns = shape.getLast();
        long matrices = shape.size() == 3 ? shape.getFirst() : 1;
        long bytes = PackedMatrix.bytes(format, shape.get(shape.size() - 2), (int) columns);
        if (bytes > Long.MAX_VALUE / matrices) {
            throw MoiraException.expected(where, "a shape of fewer than 2^63 bytes", shape);
        }
        return matrices * bytes;
    }

    /** Says how weights of a format are packed here. */
    static void putLayout(TensorFormat format, Map<String, Object> metadata) {
        metadata.computeIfAbsent(key(format), key -> PackedLayout.name(format));
    }

    /** @throws MoiraException if weights are packed otherwise than here, by an older Moira or on another machine */
    static void checkLayouts(Map<String, Object> metadata, Collection<Tensor> tensors, String where) {
        tensors.stream().filter(Tensor::packed).map(Tensor::format).distinct().forEach(format -> {
            String here = PackedLayout.name(format);
            Object found = metadata.get(key(format));
            if (!here.equals(found)) {
                throw MoiraException.expected(
                        where + ": " + key(format),
                        "the layout " + here + " of this Moira (convert the model again)",
                        Settings.describe(found));
            }
        });
    }

    private static String key(TensorFormat format) {
        return "moira.packed." + format;
    }
}
