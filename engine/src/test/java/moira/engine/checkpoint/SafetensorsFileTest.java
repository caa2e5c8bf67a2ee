package moira.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import moira.engine.Shared;
import moira.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
    private final byte[] file = new SafetensorsWriter()
            .metadata("{\"format\":\"pt\"}")
            .add("half", "F16", new byte[] {0, 0x3C, 0, (byte) 0xC0}, 2)
            .add("brain", "BF16", new byte[] {(byte) 0x80, 0x3F, 0x20, 0x41}, 2, 1)
            .add("bytes", "U8", new byte[] {1, 2, 3}, 3)
            .add("empty", "F32", new byte[0], 0, 4)
            .add("scalar", "I32", new byte[] {9, 0, 0, 0})
            .bytes();

    @Test
    void readsArraysOfAnyType() {
        SafetensorsFile read = SafetensorsFile.parse(MemorySegment.ofArray(file), "test");
        assertThat(read.metadata()).containsOnly(Map.entry("format", "pt"));
        assertThat(read.entries().keySet()).containsExactly("half", "brain", "bytes", "empty", "scalar");
        assertThat(read.entries().get("half").tensor().orElseThrow().toFloats()).containsExactly(1, -2);
        assertThat(read.entries().get("brain").tensor().orElseThrow().toFloats())
                .containsExactly(1, 10);
        assertThat(read.entries().get("empty").tensor().orElseThrow().toFloats())
                .isEmpty();
        assertThat(read.entries().get("bytes").tensor().orElseThrow().toFloats())
                .containsExactly(1, 2, 3);
        assertThat(read.entries().get("bytes").data().toArray(ValueLayout.JAVA_BYTE))
                .containsExactly(1, 2, 3);
        assertThat(read.entries().get("scalar").shape()).isEmpty();
    }

    @Test
    void opensTheGoldens() {
        try (Arena arena = Arena.ofConfined()) {
            SafetensorsFile goldens =
                    SafetensorsFile.read(Shared.path("reference-model/golden-bf16.safetensors"), arena);
            assertThat(goldens.metadata().get("domains").split(",")).hasSize(40);
            assertThat(goldens.entries().get("tokens").dtype()).isEqualTo("I32");
            assertThat(goldens.entries().get("experts").shape()).containsExactly(40L, 192L, 8L, 2L);
            float[] row = new float[8];
            goldens.entries().get("router_probabilities").tensor().orElseThrow().row(1234, row, 0);
            assertThat(row[0] + row[1] + row[2] + row[3] + row[4] + row[5] + row[6] + row[7])
                    .isBetween(0.9999f, 1.0001f);
        }
    }

    @Test
    void truncatedAnywhereIsRefused() {
        for (int length = 0; length < file.length; length++) {
            assertThat(read(Arrays.copyOf(file, length), "cut to " + length))
                    .as("cut to %d", length)
                    .isPresent();
        }
        assertThat(read(Arrays.copyOf(file, file.length + 1), "one byte more"))
                .contains("test: expected 15 bytes of data, found 16");
    }

    @Test
    void withAnyByteOfItsHeaderChanged() {
        int headerEnds = file.length - 15;
        for (int offset = 0; offset < headerEnds; offset++) {
            for (int bit = 0; bit < 8; bit++) {
                read(Broken.withByte(file, offset, file[offset] ^ (1 << bit)), "bit " + bit + " of byte " + offset);
            }
            for (char c : "[]{}\",:-09eE.\n\0\\".toCharArray()) {
                read(Broken.withByte(file, offset, c), "byte " + offset + " = " + c);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 1L << 31, 1L << 32, 1L << 60, 1L << 62, Long.MAX_VALUE, Long.MIN_VALUE})
    void withAnImpossibleLengthOfItsHeader(long length) {
        assertThat(read(Broken.withNumber(file, 0, 8, length), "length " + length))
                .isPresent();
    }

    @Test
    void withAnyNumberAtItsExtremes() {
        String header = new String(file, 8, file.length - 15 - 8, StandardCharsets.UTF_8);
        String[] numbers = {
            "-1",
            "1",
            "4294967296",
            "9223372036854775807",
            "9223372036854775808",
            "1e3",
            "1e400",
            "0.5",
            "null",
            "\"1\"",
            "[]",
            "{}",
            "9".repeat(2000),
            "[".repeat(5000)
        };
        for (int at = 0; at < header.length(); at++) {
            if (Character.isDigit(header.charAt(at)) && !Character.isLetter(header.charAt(at - 1))) {
                for (String number : numbers) {
                    String changed = header.substring(0, at) + number + header.substring(at + 1);
                    read(SafetensorsWriter.file(changed, new byte[15]), changed);
                }
            }
        }
    }

    @Test
    void randomBytes() {
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            byte[] noise = new byte[100];
            random.nextBytes(noise);
            System.arraycopy(file, 0, noise, 0, 8);
            noise[0] = 80;
            noise[8] = '{';
            read(noise, "noise " + i);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]                                                               | test, header: expected a JSON object, found a list of 0",
                "null                                                             | test, header: expected a JSON object, found none",
                "{} x                                                             | (line 1, column 4)",
                "{\"a\":1}                                                        | test, tensor a: expected a JSON object, found 1",
                "{\"a\":{\"dtype\":\"F4\",\"shape\":[8],\"data_offsets\":[0,4]}}  | found \"F4\"",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | test, tensor a: expected the bytes of F32 [2], found 4 bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | data_offsets [begin, end] within 4, found [4, 8]",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}} | data_offsets [begin, end] within 4, found [4, 0]",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1,4]}}  | test, tensor a: expected data from offset 0, found 1",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[-3],\"data_offsets\":[0,4]}} | tensor a, shape: expected a list of whole numbers from 0",
                "{\"__metadata__\":{\"a\":1}}                                     | test, __metadata__, a: expected a text, found 1",
                "{\"a\":{},\"a\":{}}                                              | Duplicate",
            })
    void saysWhatIsWrong(String header, String message) {
        assertThat(read(SafetensorsWriter.file(header, new byte[4]), header))
                .get()
                .asString()
                .contains(message);
    }

    private static Optional<String> read(byte[] file, String what) {
        return Broken.read(
                file,
                what,
                segment -> SafetensorsFile.parse(segment, "test")
                        .entries()
                        .values()
                        .forEach(entry -> entry.tensor().ifPresent(Tensor::toFloats)));
    }
}
