package moira.engine.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.Collectors;
import moira.engine.MoiraException;

/**
 * Turns floats into stored values: the way back of {@link TensorFormat#dequantize}. Has scratch memory of its own, so each thread
 * takes one for itself; what it writes depends on the values alone.
 *
 * <p>Values must be finite. One that is too large for the format's half scale is stored as infinite or as no number: who must know
 * looks at what the format gives back.
 */
@FunctionalInterface
public interface Quantizer {
    /**
     * Writes {@code count} values, whole blocks, from index {@code at}, as blocks from byte {@code offset} of {@code out} on.
     */
    void quantize(float[] values, int at, int count, MemorySegment out, long offset);

    /**
     * A quantiser of a format.
     *
     * @throws MoiraException if the format is read only
     */
    static Quantizer of(TensorFormat format) {
        return switch (format) {
            case F32 -> PlainQuantizer::f32;
            case F16 -> PlainQuantizer::f16;
            case BF16 -> PlainQuantizer::bf16;
            case Q8_0 -> repeated(format, new ByteQuantizer());
            case Q4_0 -> repeated(format, new NibbleQuantizer());
            case Q4_K -> repeated(format, new AffineQuantizer(15));
            case Q5_K -> repeated(format, new AffineQuantizer(31));
            case Q6_K -> repeated(format, new SixBitQuantizer());
            case MXFP4 -> repeated(format, new Mxfp4Quantizer());
            default ->
                throw MoiraException.expected(
                        "format", "one that is written: " + written(), format + ", which is only read");
        };
    }

    /** Whether {@link #of} has one for the format. */
    static boolean writes(TensorFormat format) {
        return switch (format) {
            case F32, F16, BF16, Q8_0, Q4_0, Q4_K, Q5_K, Q6_K, MXFP4 -> true;
            default -> false;
        };
    }

    private static String written() {
        return Arrays.stream(TensorFormat.values())
                .filter(Quantizer::writes)
                .map(Enum::name)
                .collect(Collectors.joining(", "));
    }

    private static Quantizer repeated(TensorFormat format, OfBlock block) {
        return (values, at, count, out, offset) -> {
            long to = offset;
            for (int i = at; i < at + count; i += format.blockSize(), to += format.blockBytes()) {
                block.quantize(values, i, out, to);
            }
        };
    }

    /** Turns the values of one block into its bytes. */
    @FunctionalInterface
    interface OfBlock {
        void quantize(float[] values, int at, MemorySegment out, long offset);
    }
}
