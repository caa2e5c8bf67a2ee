package moira.engine.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import moira.engine.MoiraException;

/**
 * How the values of a tensor are stored: in blocks of {@link #blockSize} values that take {@link #blockBytes} bytes. The block
 * formats and their numbers are ggml's (ggml.h, {@code enum ggml_type}).
 */
public enum TensorFormat {
    F32(0, 1, 4, PlainFormats::f32),
    F16(1, 1, 2, PlainFormats::f16),
    Q4_0(2, 32, 18, SimpleBlocks::q4_0),
    Q4_1(3, 32, 20, SimpleBlocks::q4_1),
    Q5_0(6, 32, 22, SimpleBlocks::q5_0),
    Q5_1(7, 32, 24, SimpleBlocks::q5_1),
    Q8_0(8, 32, 34, SimpleBlocks::q8_0),
    Q2_K(10, 256, 84, KBlocks::q2K),
    Q3_K(11, 256, 110, KBlocks::q3K),
    Q4_K(12, 256, 144, KBlocks::q4K),
    Q5_K(13, 256, 176, KBlocks::q5K),
    Q6_K(14, 256, 210, KBlocks::q6K),
    IQ2_XXS(16, 256, 66, CodebookBlocks::iq2Xxs),
    IQ2_XS(17, 256, 74, CodebookBlocks::iq2Xs),
    IQ3_XXS(18, 256, 98, CodebookBlocks::iq3Xxs),
    IQ1_S(19, 256, 50, OneBitBlocks::iq1S),
    IQ4_NL(20, 32, 18, NonlinearBlocks::iq4Nl),
    IQ3_S(21, 256, 110, CodebookBlocks::iq3S),
    IQ2_S(22, 256, 82, CodebookBlocks::iq2S),
    IQ4_XS(23, 256, 136, NonlinearBlocks::iq4Xs),
    F64(28, 1, 8, PlainFormats::f64),
    IQ1_M(29, 256, 56, OneBitBlocks::iq1M),
    BF16(30, 1, 2, PlainFormats::bf16),
    TQ1_0(34, 256, 54, TernaryBlocks::tq10),
    TQ2_0(35, 256, 66, TernaryBlocks::tq20),
    MXFP4(39, 32, 17, MicroscalingBlocks::mxfp4),
    NVFP4(40, 64, 36, MicroscalingBlocks::nvfp4),
    /** Bytes: codes of formats that folders have in tensors of their own. */
    U8(TensorFormat.NONE, 1, 1, PlainFormats::u8),
    F8_E4M3(TensorFormat.NONE, 1, 1, EightBitFloats::e4m3),
    F8_E5M2(TensorFormat.NONE, 1, 1, EightBitFloats::e5m2);

    /** The number of formats that GGUF files do not have, and safetensors do. */
    private static final int NONE = -1;

    /** ggml's other formats, so that an error can call them by their names. */
    private static final Map<Integer, String> UNREAD = Map.ofEntries(
            Map.entry(4, "Q4_2 (withdrawn)"),
            Map.entry(5, "Q4_3 (withdrawn)"),
            Map.entry(9, "Q8_1"),
            Map.entry(15, "Q8_K"),
            Map.entry(24, "I8"),
            Map.entry(25, "I16"),
            Map.entry(26, "I32"),
            Map.entry(27, "I64"),
            Map.entry(31, "Q4_0_4_4 (withdrawn)"),
            Map.entry(32, "Q4_0_4_8 (withdrawn)"),
            Map.entry(33, "Q4_0_8_8 (withdrawn)"),
            Map.entry(36, "IQ4_NL_4_4 (withdrawn)"),
            Map.entry(37, "IQ4_NL_4_8 (withdrawn)"),
            Map.entry(38, "IQ4_NL_8_8 (withdrawn)"),
            Map.entry(41, "Q1_0"),
            Map.entry(42, "Q2_0"));

    private final int gguf;
    private final int blockSize;
    private final int blockBytes;
    private final Dequantizer dequantizer;

    TensorFormat(int gguf, int blockSize, int blockBytes, Dequantizer dequantizer) {
        this.gguf = gguf;
        this.blockSize = blockSize;
        this.blockBytes = blockBytes;
        this.dequantizer = dequantizer;
    }

    TensorFormat(int gguf, int blockSize, int blockBytes, Dequantizer.OfBlock block) {
        this(gguf, blockSize, blockBytes, block.repeated(blockSize, blockBytes));
    }

    /**
     * The format with a number of ggml's.
     *
     * @throws MoiraException if values of that format cannot be read; the message names it
     */
    public static TensorFormat ofGguf(int number, String where) {
        for (TensorFormat format : values()) {
            if (format.isOfGguf() && format.gguf == number) {
                return format;
            }
        }
        String readable = Arrays.stream(values())
                .filter(TensorFormat::isOfGguf)
                .map(Enum::name)
                .collect(Collectors.joining(", "));
        String found = UNREAD.getOrDefault(number, "an unknown format, number " + Integer.toUnsignedString(number));
        throw MoiraException.expected(where, "a format of " + readable, found);
    }

    /** Whether GGUF files have it. */
    public boolean isOfGguf() {
        return gguf != NONE;
    }

    /** The number of this format in a GGUF file, where {@link #isOfGguf}. */
    public int gguf() {
        return gguf;
    }

    public int blockSize() {
        return blockSize;
    }

    public int blockBytes() {
        return blockBytes;
    }

    /** The bytes of so many values, which are whole blocks. */
    public long bytes(long values) {
        return values / blockSize * blockBytes;
    }

    /**
     * The bytes of a tensor.
     *
     * @param shape outermost dimension first
     * @throws MoiraException if the shape is impossible: negative, beyond 2^63 bytes, or with rows that are not whole blocks
     */
    public long bytes(List<Long> shape, String where) {
        long columns = shape.isEmpty() ? 1 : shape.getLast();
        if (columns % blockSize != 0) {
            throw MoiraException.expected(
                    where, "rows of whole blocks of " + blockSize + " values (" + this + ")", shape);
        }
        long values = 1;
        for (long dimension : shape) {
            if (dimension < 0 || Math.multiplyHigh(values, dimension) != 0 || values * dimension < 0) {
                throw MoiraException.expected(where, "a shape of fewer than 2^63 values", shape);
            }
            values *= dimension;
        }
        if (values / blockSize > Long.MAX_VALUE / blockBytes) {
            throw MoiraException.expected(where, "a shape of fewer than 2^63 bytes", shape);
        }
        return bytes(values);
    }

    /**
     * Turns stored values into floats, in the reference's order of F32 operations.
     *
     * @param offset the byte of {@code blocks} where a block starts
     * @param at the index of the first value in {@code out}
     * @param count of values, a multiple of {@link #blockSize}
     */
    public void dequantize(MemorySegment blocks, long offset, float[] out, int at, int count) {
        if (count % blockSize != 0) {
            throw new IllegalArgumentException(count + " values are not whole blocks of " + blockSize);
        }
        dequantizer.dequantize(blocks, offset, out, at, count);
    }
}
