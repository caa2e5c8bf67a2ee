package moira.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.GZIPInputStream;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every format against the blocks and values of ggml's own Python reference. */
class TensorFormatTest {
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.MATCH_NONE,
            names = {"F64", "U8"})
    void givesTheValuesOfTheReferenceBitForBit(TensorFormat format) throws IOException {
        byte[] blocks = resource(format + ".blocks");
        int[] expected = ints(resource(format + ".f32"));
        assertThat(format.bytes(expected.length)).isEqualTo(blocks.length);

        float[] values = new float[expected.length + 2];
        format.dequantize(MemorySegment.ofArray(blocks), 0, values, 1, expected.length);

        for (int i = 0; i < expected.length; i++) {
            assertThat(Float.floatToIntBits(values[i + 1]))
                    .as("%s, value %d: %s", format, i, values[i + 1])
                    .isEqualTo(Float.floatToIntBits(Float.intBitsToFloat(expected[i])));
        }
        assertThat(values[0]).as("before").isZero();
        assertThat(values[expected.length + 1]).as("after").isZero();
    }

    @Test
    void narrowsDoubles() {
        double[] doubles = {0, -0.0, 1.0 / 3, 1e300, Double.MIN_VALUE, Double.NaN};
        ByteBuffer bytes = ByteBuffer.allocate(8 * doubles.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(doubles);
        float[] values = new float[doubles.length];
        TensorFormat.F64.dequantize(MemorySegment.ofArray(bytes.array()), 0, values, 0, values.length);
        assertThat(values).containsExactly(0f, -0f, 1f / 3, Float.POSITIVE_INFINITY, 0f, Float.NaN);
    }

    @Test
    void bytesAreNumbersFromZero() {
        float[] values = new float[3];
        TensorFormat.U8.dequantize(MemorySegment.ofArray(new byte[] {0, 1, -1}), 0, values, 0, 3);
        assertThat(values).containsExactly(0, 1, 255);
    }

    @ParameterizedTest
    @CsvSource({"9,Q8_1", "41,Q1_0", "33,Q4_0_8_8 (withdrawn)", "99,'an unknown format, number 99'", "-1,4294967295"})
    void namesAFormatThatItCannotRead(int number, String name) {
        assertThatThrownBy(() -> TensorFormat.ofGguf(number, "m.gguf"))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith("m.gguf: expected a format of F32, F16, Q4_0")
                .hasMessageEndingWith(name);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.MATCH_NONE,
            names = {"F8_.*", "U8"})
    void isFoundByItsNumber(TensorFormat format) {
        assertThat(TensorFormat.ofGguf(format.gguf(), "")).isSameAs(format);
    }

    @Test
    void refusesImpossibleShapes() {
        long big = 1L << 32;
        assertThat(TensorFormat.Q8_0.bytes(List.of(3L, 64L), "")).isEqualTo(3 * 2 * 34);
        assertThat(TensorFormat.F32.bytes(List.of(), "")).isEqualTo(4);
        assertThat(TensorFormat.F32.bytes(List.of(big, 0L), "")).isZero();
        for (List<Long> shape : List.of(List.of(big, big), List.of(-1L, 32L), List.of(Long.MAX_VALUE / 32 * 32))) {
            assertThatThrownBy(() -> TensorFormat.Q8_0.bytes(shape, "t"))
                    .isInstanceOf(MoiraException.class)
                    .hasMessageContaining("t: expected a shape of fewer than 2^63");
        }
        assertThatThrownBy(() -> TensorFormat.Q8_0.bytes(List.of(2L, 33L), "t"))
                .hasMessage("t: expected rows of whole blocks of 32 values (Q8_0), found [2, 33]");
        assertThatThrownBy(() ->
                        TensorFormat.Q4_K.dequantize(MemorySegment.ofArray(new byte[144]), 0, new float[32], 0, 32))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] resource(String name) throws IOException {
        InputStream in = TensorFormatTest.class.getResourceAsStream("/gguf-blocks/" + name + ".gz");
        try (InputStream unpacked = new GZIPInputStream(in)) {
            return unpacked.readAllBytes();
        }
    }

    private static int[] ints(byte[] bytes) {
        int[] ints = new int[bytes.length / 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(ints);
        return ints;
    }
}
