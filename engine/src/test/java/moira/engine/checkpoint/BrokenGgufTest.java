package moira.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import moira.engine.LoadListener;
import moira.engine.ModelOptions;
import moira.engine.checkpoint.GgufWriter.Data;
import moira.engine.checkpoint.GgufWriter.Field;
import moira.engine.checkpoint.GgufWriter.Typed;
import moira.engine.decoder.Decoder;
import moira.engine.decoder.DecoderLoader;
import moira.engine.decoder.Residence;
import moira.engine.kernel.ScalarKernels;
import moira.engine.tensor.Tensor;
import moira.engine.tokenizer.Tokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Walks over every byte and every number of a header. */
class BrokenGgufTest {
    private final GgufWriter writer = TinyModel.gguf()
            .put("tokenizer.ggml.tokens", new Object[] {"<s>", "a", "b"})
            .put("tokenizer.ggml.scores", new Object[] {0f, -1f})
            .put("tokenizer.ggml.token_type", new Object[] {3, 1, 1})
            .put("nested", new Object[] {new Object[] {true, false}, new Object[] {1.0}})
            .put("numbers", new Object[] {new Typed(0, 1), new Typed(0, 255)});
    private final byte[] file = writer.bytes();

    @Test
    void isReadWhole() {
        assertThat(read(file, "the whole file")).isEmpty();
    }

    @Test
    void truncatedAnywhereIsRefused() {
        for (int length = 0; length < file.length; length += length < writer.headerBytes ? 1 : 97) {
            assertThat(read(Arrays.copyOf(file, length), "cut to " + length))
                    .as("cut to %d", length)
                    .isPresent();
        }
    }

    @Test
    void withAnyByteOfItsHeaderChanged() {
        for (int offset = 0; offset < writer.headerBytes; offset++) {
            for (int value :
                    new int[] {0, 1, 4, 8, 9, 12, '\n', 0x7F, 0x80, 0xFF, file[offset] ^ 0x10, file[offset] ^ 0x40}) {
                read(Broken.withByte(file, offset, value), "byte " + offset + " = " + value);
            }
        }
    }

    @Test
    void withAnyNumberOfItsHeaderAtItsExtremes() {
        long[] values = {
            0,
            1,
            7,
            -1,
            Byte.MAX_VALUE,
            Short.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            1L << 31,
            1L << 32,
            (1L << 32) - 1,
            1L << 60,
            1L << 61,
            1L << 62,
            (1L << 62) - 32,
            Long.MAX_VALUE,
            Long.MAX_VALUE - 31,
            Long.MIN_VALUE
        };
        for (Field field : writer.fields) {
            for (long value : values) {
                read(Broken.withNumber(file, field.offset(), field.bytes(), value), field + " = " + value);
            }
        }
    }

    /** All the way to logits: what opens must run. */
    @Test
    void aModelWithAnyByteOrNumberChangedRunsOrIsRefused() {
        GgufWriter whole = TinyModel.gguf()
                .put("tokenizer.ggml.model", "llama")
                .put("tokenizer.ggml.tokens", new Object[] {"<unk>", "<s>", "</s>", "a", "\u2581a"})
                .put("tokenizer.ggml.scores", new Object[] {0f, 0f, 0f, -1f, -2f})
                .put("tokenizer.ggml.token_type", new Object[] {2, 3, 3, 1, 1})
                .put("llama.attention.sliding_window", 3);
        byte[] bytes = whole.bytes();
        assertThat(Broken.read(bytes, "the whole model", BrokenGgufTest::run)).isEmpty();
        for (int offset = 0; offset < whole.headerBytes; offset++) {
            for (int value : new int[] {0, 0xFF, bytes[offset] + 1, bytes[offset] ^ 0x40}) {
                String what = "byte " + offset + " = " + value;
                Broken.read(Broken.withByte(bytes, offset, value), what, BrokenGgufTest::run);
            }
        }
        for (Field field : whole.fields) {
            for (long value : new long[] {3, 1 << 20, Integer.MAX_VALUE, 0x7F7FFFFF, 1}) {
                String what = field + " = " + value;
                Broken.read(Broken.withNumber(bytes, field.offset(), field.bytes(), value), what, BrokenGgufTest::run);
            }
        }
    }

    @Test
    void randomBytesAfterTheMagicNumber() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] noise = new byte[200];
            random.nextBytes(noise);
            System.arraycopy(file, 0, noise, 0, random.nextInt(4, 60));
            read(noise, "noise " + i);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8  | 1152921504606846976 | test, offset 8: expected at most 105 tensors in what is left, found 1152921504606846976",
                "16 | -1                  | found 18446744073709551615",
                "24 | 4611686018427387904 | test, offset 24: expected at most 3368 bytes of a key in what is left, found 4611686018427387904",
            })
    void saysWhatAHeaderAnnounced(int offset, long value, String message) {
        byte[] small = Arrays.copyOf(file, 3400);
        assertThat(read(Broken.withNumber(small, offset, 8, value), ""))
                .get()
                .asString()
                .contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1          | test, offset 4: expected GGUF version 2 or 3, found 1",
                "4          | test, offset 4: expected GGUF version 2 or 3, found 4",
                "50331648   | test, offset 4: expected a little-endian file, found big-endian GGUF v3",
            })
    void namesAVersionThatItCannotRead(int version, String message) {
        assertThat(read(Broken.withNumber(file, 4, 4, version), "")).contains(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 33, 1 << 21})
    void refusesAlignments(int alignment) {
        GgufWriter odd = TinyModel.gguf().put("general.alignment", alignment);
        assertThat(read(odd.bytes(), ""))
                .get()
                .asString()
                .startsWith("test: general.alignment: expected a power of two");
    }

    /** A file of 20 MB has room for an array of 17 million bytes, which would be eight times as many in memory. */
    @Test
    void refusesArraysThatAreLargeBecauseTheFileIs() {
        byte[] bytes = new GgufWriter().put("a", new Object[] {new Typed(0, 1)}).bytes();
        byte[] large = Broken.withNumber(Arrays.copyOf(bytes, 20 << 20), 24 + 8 + 1 + 4 + 4, 8, 17 << 20);
        assertThat(read(large, "an array of 17 Mi"))
                .contains("test, offset 41: expected at most 8388608 elements of arrays, found 17825792");
    }

    @Test
    void namesAFormatThatItCannotRead() {
        writer.tensors.put("odd", new Data(41, new long[] {256}, new byte[66]));
        assertThat(read(writer.bytes(), ""))
                .get()
                .asString()
                .contains("tensor odd: ")
                .endsWith("found Q1_0");
    }

    @Test
    void refusesRowsThatAreNoWholeBlocks() {
        writer.tensors.put("odd", new Data(8, new long[] {2, 48}, new byte[3 * 34]));
        assertThat(read(writer.bytes(), ""))
                .get()
                .asString()
                .endsWith("tensor odd: expected rows of whole blocks of 32 values (Q8_0), found [2, 48]");
    }

    @Test
    void refusesOverlapsAndTwins() {
        GgufWriter two = new GgufWriter().f32("a", new float[16], 16).f32("b", new float[16], 16);
        byte[] bytes = two.bytes();
        int offsetOfB = two.fields.getLast().offset();
        assertThat(read(Broken.withNumber(bytes, offsetOfB, 8, 32), ""))
                .contains("test, tensor b: expected data from offset 64 on, after the tensor before, found 32");
        assertThat(read(Broken.withNumber(bytes, offsetOfB, 8, 65), ""))
                .get()
                .asString()
                .contains("a multiple of 32, found 65");
        assertThat(read(Broken.withNumber(bytes, offsetOfB, 8, 128), ""))
                .get()
                .asString()
                .contains("expected 64 bytes of data at offset 224, found a file of 224 bytes");
        int nameOfB = two.headerBytes - 8 - 4 - 8 - 4 - 1;
        assertThat(read(Broken.withByte(bytes, nameOfB, 'a'), ""))
                .contains("test: expected a tensor once, found a twice");
    }

    @Test
    void refusesAKeyTwice() {
        byte[] bytes = new GgufWriter().put("a", 1).put("b", 2).bytes();
        assertThat(read(Broken.withByte(bytes, 24 + 8 + 1 + 4 + 4 + 8, 'a'), ""))
                .contains("test, offset 41: expected a key once, found a twice");
    }

    @Test
    void refusesDeepArrays() {
        Object value = new Object[] {1};
        for (int i = 0; i < 4; i++) {
            value = new Object[] {value};
        }
        assertThat(read(new GgufWriter().put("deep", value).bytes(), ""))
                .get()
                .asString()
                .contains("arrays nested 4 deep");
    }

    /** Opens a file, checkpoint and all, and reads its tensors. */
    private static Optional<String> read(byte[] file, String what) {
        return Broken.read(file, what, BrokenGgufTest::open);
    }

    private static void run(MemorySegment segment) {
        Checkpoint checkpoint = GgufCheckpoint.of(GgufFile.parse(segment, "test"), Path.of("test"), Arena.ofAuto());
        Tokenizer tokenizer = checkpoint.tokenizer();
        tokenizer.decode(tokenizer.encode("a aab\ud800 a"));
        int last = checkpoint.architecture().vocabulary() - 1;
        try (Decoder decoder = DecoderLoader.load(
                checkpoint.architecture(),
                checkpoint.weights(),
                ModelOptions.defaults()
                        .withKernels(new ScalarKernels())
                        .withThreads(1)
                        .withResidence(Residence.MAPPED),
                LoadListener.NONE)) {
            int[] tokens = {0, last, 1, 1, last};
            decoder.forward(decoder.newSequence(), tokens, 0, tokens.length, tokens.length, null);
        }
    }

    private static void open(MemorySegment segment) {
        GgufFile gguf = GgufFile.parse(segment, "test");
        gguf.tensors().values().forEach(Tensor::toFloats);
        if (gguf.metadata().containsKey("general.architecture")) {
            GgufCheckpoint.of(gguf, Path.of("test"), Arena.ofAuto()).fingerprint();
        }
    }
}
