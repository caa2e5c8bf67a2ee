package moira.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import moira.engine.LoadListener;
import moira.engine.ModelOptions;
import moira.engine.conversion.Conversion;
import moira.engine.decoder.Arithmetic;
import moira.engine.decoder.Decoder;
import moira.engine.decoder.DecoderLoader;
import moira.engine.decoder.Residence;
import moira.engine.kernel.ScalarKernels;
import moira.engine.synthetic.Shape;
import moira.engine.synthetic.SyntheticModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A packed file whose header lies is refused in one line, or runs. */
class BrokenPackedTest {
    private static final Shape SMALL = Shape.mixtral("small", 32, 1, 1, 1, 32, 32, 2, 1, 320, 64);

    /** The bytes of the query matrix, 32 rows of 32 columns in Q8_0, filled up to 64 rows: (1024 codes + 32 halves) twice. */
    private static final int QUERY_BYTES = 2 * (1024 + 64);

    @TempDir
    private Path folder;

    private byte[] file;
    private int tensors;

    @BeforeEach
    void write() throws IOException {
        Path source = folder.resolve("source.gguf");
        Path packed = folder.resolve("packed.gguf");
        SyntheticModel.write(SMALL, "Q8_0", source, bytes -> {});
        try (Checkpoint checkpoint = Checkpoints.open(source)) {
            new Conversion(checkpoint, FormatMix.KEPT, true).write(packed, false, 1, bytes -> {});
        }
        file = Files.readAllBytes(packed);
        tensors = find("token_embd.weight") - Long.BYTES;
    }

    @Test
    void isReadWhole() {
        assertThat(read(file, "the whole file")).isEmpty();
    }

    @Test
    void truncatedAnywhereIsRefused() {
        for (int length = tensors; length < file.length - 64; length += 131) {
            assertThat(read(Arrays.copyOf(file, length), "cut to " + length)).isPresent();
        }
        int query = entry("blk.0.attn_q.weight").offset;
        assertThat(read(Arrays.copyOf(file, dataStart() + query + 100), "cut in a packed matrix"))
                .get()
                .asString()
                .contains("bytes of data at offset ", "a file of " + (dataStart() + query + 100) + " bytes");
    }

    @Test
    void withAnyByteOfItsListOfTensorsChanged() {
        for (int offset = tensors; offset < dataStart(); offset++) {
            for (int value : new int[] {0, 1, 0x7F, 0xFF, file[offset] + 1, file[offset] ^ 0x10}) {
                read(Broken.withByte(file, offset, value), "byte " + offset + " = " + value);
            }
        }
    }

    @Test
    void anotherLayoutIsToBeConvertedAgain() {
        int layout = find("moira.packed.Q8_0") + "moira.packed.Q8_0".length() + Integer.BYTES + Long.BYTES;
        assertThat(read(Broken.withByte(file, layout, 'x'), ""))
                .get()
                .asString()
                .startsWith("test: moira.packed.Q8_0: expected the layout ")
                .contains("of this Moira (convert the model again), found \"x");
        assertThat(read(Broken.withByte(file, find("moira.packed.Q8_0"), 'n'), ""))
                .get()
                .asString()
                .endsWith("found none");
    }

    @Test
    void formatsThatAreNotPackedAreRefused() {
        Entry query = entry("blk.0.attn_q.weight");
        assertThat(read(Broken.withNumber(file, query.format, 2, 0), "F32"))
                .get()
                .asString()
                .contains("tensor blk.0.attn_q.weight: expected a format that is packed, found F32");
        // As rows they are fewer bytes, and another model.
        assertThat(read(Broken.withNumber(file, query.format, 4, 8), "rows")).isEmpty();
        assertThat(read(Broken.withNumber(file, query.format, 2, 12), "Q4_K"))
                .get()
                .asString()
                .contains("tensor blk.0.attn_q.weight: expected rows of whole blocks of 256 values (Q4_K)");
    }

    @Test
    void thePlacesOfPackedMatricesAreChecked() {
        Entry query = entry("blk.0.attn_q.weight");
        assertThat(read(Broken.withNumber(file, query.at, 8, 1L << 40), "beyond the end"))
                .get()
                .asString()
                .contains("tensor blk.0.attn_q.weight: expected " + QUERY_BYTES + " bytes of data at offset ");
        assertThat(read(Broken.withNumber(file, query.at, 8, query.offset + 32), "between lines"))
                .get()
                .asString()
                .contains("an offset that is a multiple of 64");
        int alignment = find("general.alignment") + "general.alignment".length() + Integer.BYTES;
        assertThat(read(Broken.withNumber(file, alignment, 4, 32), "alignment"))
                .get()
                .asString()
                .contains("expected data aligned to 64 bytes, found 32");
    }

    @Test
    void theEmbeddingMustBeRows() {
        Entry embedding = entry("token_embd.weight");
        assertThat(read(Broken.withNumber(file, embedding.format + 2, 2, 0x4D50), ""))
                .get()
                .asString()
                .isEqualTo("test, tensor token_embd.weight: expected rows, found packed weights");
    }

    /** Where a tensor's entry has its format and its offset, and the offset itself. */
    private record Entry(int format, int at, int offset) {}

    private Entry entry(String name) {
        int dimensions = find(name) + name.length();
        int format = dimensions + Integer.BYTES + number(dimensions) * Long.BYTES;
        return new Entry(format, format + Integer.BYTES, number(format + Integer.BYTES));
    }

    private int number(int at) {
        return Integer.reverseBytes(ByteBuffer.wrap(file).getInt(at));
    }

    private int find(String text) {
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf(text);
        assertThat(at).as(text).isPositive();
        return at;
    }

    private int dataStart() {
        return (entry("blk.0.ffn_down_exps.weight").at + Long.BYTES + 63) / 64 * 64;
    }

    private static Optional<String> read(byte[] file, String what) {
        return Broken.read(file, what, BrokenPackedTest::run);
    }

    private static void run(MemorySegment segment) {
        Checkpoint checkpoint = GgufCheckpoint.of(GgufFile.parse(segment, "test"), Path.of("test"), Arena.ofAuto());
        checkpoint.fingerprint();
        try (Decoder decoder = DecoderLoader.load(
                checkpoint.architecture(),
                checkpoint.weights(),
                ModelOptions.defaults()
                        .withKernels(new ScalarKernels())
                        .withThreads(1)
                        .withResidence(Residence.MAPPED)
                        .withArithmetic(Arithmetic.INT8),
                LoadListener.NONE)) {
            decoder.forward(decoder.newSequence(), new int[] {0, 5, 319}, 0, 3, 3, null);
        }
    }
}
