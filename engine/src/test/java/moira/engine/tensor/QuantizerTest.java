package moira.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Through a quantiser and back: what a format can hold comes back as it is, all else is at least as near as by plain rounding. */
class QuantizerTest {
    private static final int VALUES = 256 * 40;

    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "Q4_0", "Q4_K", "Q5_K", "Q6_K", "MXFP4"})
    void theErrorIsAtMostThatOfPlainRounding(TensorFormat format) {
        // Normal weights; heavy tails; all above zero; one outlier a row; differing scales of groups.
        check(format, 1, x -> x);
        check(format, 2, x -> x * x * x);
        check(format, 3, x -> Math.abs(x) + 0.5);
        check(format, 4, x -> x > 3.2 ? 40 : x);
        check(format, 5, x -> x * Math.exp(3 * Math.sin(x)));
    }

    private static void check(TensorFormat format, int seed, DoubleUnaryOperator shape) {
        float[] values = new float[VALUES];
        Random random = new Random(seed);
        for (int i = 0; i < VALUES; i++) {
            values[i] = (float) (0.02 * shape.applyAsDouble(random.nextGaussian()));
        }
        assertThat(squaredError(values, roundTrip(format, values)))
                .as(format + ", values of kind " + seed)
                .isLessThanOrEqualTo(squaredError(values, PlainRounding.of(format, values)));
    }

    /** Any block that the format can have, whatever its codes. */
    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "Q4_0"})
    void everyBlockOfTheSimpleFormatsComesBackAsItIs(TensorFormat format) {
        Random random = new Random(6);
        byte[] bytes = new byte[format.blockBytes() * 2000];
        random.nextBytes(bytes);
        MemorySegment blocks = MemorySegment.ofArray(bytes);
        for (int block = 0; block < 2000; block++) {
            float scale = (float) Math.scalb(random.nextGaussian(), random.nextInt(-12, 12));
            blocks.set(Bits.SHORT, (long) block * format.blockBytes(), Float.floatToFloat16(scale));
            // The codes of some blocks use a part of the range.
            int mask = block % 4 == 0 ? 0x33 : block % 4 == 1 ? 0x11 : 0xFF;
            for (int i = 2; i < format.blockBytes(); i++) {
                bytes[block * format.blockBytes() + i] &= (byte) mask;
            }
        }
        float[] values = new float[2000 * 32];
        format.dequantize(blocks, 0, values, 0, values.length);
        assertSame(roundTrip(format, values), values);
    }

    /** Whatever its codes and its scale, but for the one that is no number. */
    @Test
    void everyBlockOfMxfp4ComesBackAsItIs() {
        Random random = new Random(16);
        byte[] bytes = new byte[17 * 255 * 8];
        random.nextBytes(bytes);
        for (int block = 0; block < bytes.length / 17; block++) {
            // Up to 2^125: of larger scales the largest codes are infinite.
            bytes[17 * block] = (byte) (block % 253);
            int mask = block % 4 == 0 ? 0x33 : block % 4 == 1 ? 0x11 : 0xFF;
            for (int i = 1; i < 17; i++) {
                bytes[17 * block + i] &= (byte) mask;
            }
        }
        float[] values = new float[32 * bytes.length / 17];
        TensorFormat.MXFP4.dequantize(MemorySegment.ofArray(bytes), 0, values, 0, values.length);
        assertSame(roundTrip(TensorFormat.MXFP4, values), values);
    }

    /** Blocks whose groups use their codes from end to end; their multiples and halves are any. */
    @ParameterizedTest
    @EnumSource(names = {"Q4_K", "Q5_K", "Q6_K"})
    void blocksOfKFormatsThatUseAllCodesComeBackAsTheyAre(TensorFormat format) {
        Random random = new Random(7);
        float[] values = new float[256 * 200];
        for (int block = 0; block < 200; block++) {
            planted(format, random, values, 256 * block);
        }
        assertSame(roundTrip(format, values), values);
    }

    /** Of a negative scale 0 is -0, which is the same value. */
    private static void assertSame(float[] found, float[] values) {
        for (int i = 0; i < values.length; i++) {
            assertThat(found[i] + 0f).as("value " + i).isEqualTo(values[i] + 0f);
        }
    }

    private static void planted(TensorFormat format, Random random, float[] values, int at) {
        boolean signed = format == TensorFormat.Q6_K;
        int group = signed ? 16 : 32;
        int most = signed ? 31 : format == TensorFormat.Q4_K ? 15 : 31;
        int least = signed ? -32 : 0;
        float scale = SharedScale.half(1e-4f * (1 + random.nextFloat()));
        float minimum = signed ? 0 : SharedScale.half(1e-3f * (1 + random.nextFloat()));
        for (int g = 0; g < 256 / group; g++) {
            int multiple = signed ? random.nextInt(-127, 128) : 1 + random.nextInt(63);
            int ofMinimum = random.nextInt(64);
            for (int j = 0; j < group; j++) {
                int code = j == 3 ? least : j == 5 ? most : random.nextInt(least, most + 1);
                values[at + g * group + j] = (scale * multiple) * code - minimum * ofMinimum;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_K", "Q5_K", "Q6_K", "MXFP4"})
    void zerosStayZeros(TensorFormat format) {
        assertThat(roundTrip(format, new float[512])).containsOnly(0f);
    }

    /** Far below the smallest half there is nothing but zero; on the way there a value is never worse than left out. */
    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_K", "Q5_K", "Q6_K", "MXFP4"})
    void tinyValuesAreKeptOrBecomeZero(TensorFormat format) {
        Random random = new Random(8);
        for (float size = 1e-2f; size > 0; size /= 7) {
            float[] values = new float[256];
            for (int i = 0; i < 256; i++) {
                values[i] = (float) random.nextGaussian() * size;
            }
            float[] found = roundTrip(format, values);
            assertThat(squaredError(values, found))
                    .as(format + " at " + size)
                    .isLessThanOrEqualTo(squaredError(values, new float[256]) * (1 + 1e-6));
        }
    }

    /** What the quantiser of a model looks for, to refuse it. */
    @ParameterizedTest
    @EnumSource(names = {"F16", "Q8_0", "Q4_0", "Q4_K", "Q5_K", "Q6_K"})
    void valuesBeyondTheHalfScaleDoNotComeBackAsNumbers(TensorFormat format) {
        float[] values = new float[256];
        values[17] = 1e30f;
        boolean finite = true;
        for (float value : roundTrip(format, values)) {
            finite &= Float.isFinite(value);
        }
        assertThat(finite).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void plainFormatsTakeTheNearestNumber(TensorFormat format) {
        Random random = new Random(9);
        float[] values = new float[4096];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.scalb(random.nextGaussian(), random.nextInt(-20, 15));
        }
        MemorySegment out = quantized(format, values);
        for (int i = 0; i < values.length; i++) {
            short code = out.get(Bits.SHORT, 2L * i);
            double error = Math.abs(number(format, code) - values[i]);
            for (int neighbour = code - 1; neighbour <= code + 1; neighbour += 2) {
                double other = number(format, (short) neighbour);
                // Beside zero there is no number.
                assertThat(Double.isNaN(other) || error <= Math.abs(other - values[i]))
                        .isTrue();
            }
        }
    }

    private static double number(TensorFormat format, short code) {
        return format == TensorFormat.F16 ? Float.float16ToFloat(code) : Float.intBitsToFloat(code << 16);
    }

    @Test
    void whatIsOnlyReadIsRefusedByName() {
        assertThat(Quantizer.writes(TensorFormat.Q4_0)).isTrue();
        assertThat(Quantizer.writes(TensorFormat.IQ4_XS)).isFalse();
        assertThatThrownBy(() -> Quantizer.of(TensorFormat.IQ4_XS))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("F32, F16, Q4_0, Q8_0, Q4_K, Q5_K, Q6_K, BF16, MXFP4")
                .hasMessageContaining("found IQ4_XS");
    }

    private static float[] roundTrip(TensorFormat format, float[] values) {
        float[] back = new float[values.length];
        format.dequantize(quantized(format, values), 0, back, 0, back.length);
        return back;
    }

    private static MemorySegment quantized(TensorFormat format, float[] values) {
        MemorySegment out = MemorySegment.ofArray(new byte[(int) format.bytes(values.length)]);
        Quantizer.of(format).quantize(values, 0, values.length, out, 0);
        return out;
    }

    private static double squaredError(float[] values, float[] found) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            double difference = (double) values[i] - found[i];
            sum += difference * difference;
        }
        return sum;
    }
}
