package moira.engine.checkpoint;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import moira.engine.Shared;
import moira.engine.checkpoint.GgufWriter.Typed;
import moira.engine.tensor.Tensor;
import moira.engine.tensor.TensorFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {
    @Test
    void readsEveryTypeOfMetadata() {
        GgufWriter writer = new GgufWriter()
                .put("u8", new Typed(0, 200))
                .put("i8", new Typed(1, -56))
                .put("u16", new Typed(2, 60_000))
                .put("i16", new Typed(3, -5536))
                .put("u32", new Typed(4, 4_000_000_000L))
                .put("i32", new Typed(5, -294_967_296))
                .put("f32", 0.1f)
                .put("bool", true)
                .put("string", "mélange d’experts 🧵")
                .put("u64", new Typed(10, -1L))
                .put("i64", Long.MIN_VALUE)
                .put("f64", 0.1)
                .put("integers", new Object[] {new Typed(2, 1), new Typed(2, 65_535)})
                .put("floats", new Object[] {0.5f, -1f})
                .put("doubles", new Object[] {0.1})
                .put("booleans", new Object[] {true, false})
                .put("strings", new Object[] {"a", "", "c"})
                .put("none", new Object[0])
                .put("arrays", new Object[] {new Object[] {1, 2}, new Object[] {"x"}});
        GgufFile file = parse(writer);
        assertThat(file.metadata())
                .containsEntry("u8", 200L)
                .containsEntry("i8", -56L)
                .containsEntry("u16", 60_000L)
                .containsEntry("i16", -5536L)
                .containsEntry("u32", 4_000_000_000L)
                .containsEntry("i32", -294_967_296L)
                .containsEntry("f32", (double) 0.1f)
                .containsEntry("bool", true)
                .containsEntry("string", "mélange d’experts 🧵")
                .containsEntry("u64", -1L)
                .containsEntry("i64", Long.MIN_VALUE)
                .containsEntry("f64", 0.1)
                .containsEntry("integers", new long[] {1, 65_535})
                .containsEntry("floats", new double[] {0.5, -1})
                .containsEntry("doubles", new double[] {0.1})
                .containsEntry("booleans", new boolean[] {true, false})
                .containsEntry("strings", new String[] {"a", "", "c"})
                .containsEntry("none", new String[0])
                .containsEntry("arrays", new Object[] {new long[] {1, 2}, new String[] {"x"}});
        assertThat(file.metadata().keySet()).containsExactlyElementsOf(writer.metadata.keySet());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 32, 4096})
    void readsTensorsWhereTheyLie(int alignment) {
        GgufWriter writer = new GgufWriter().put("general.alignment", alignment);
        writer.version = 2;
        writer.alignment = alignment;
        writer.f32("b", new float[] {1, 2, 3, 4, 5, 6}, 2, 3).f32("a", new float[] {7}, 1);
        GgufFile file = parse(writer);
        assertThat(file.version()).isEqualTo(2);
        assertThat(file.tensors().keySet()).containsExactly("b", "a");
        assertThat(file.tensors().get("b").shape()).containsExactly(2L, 3L);
        assertThat(file.tensors().get("b").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(file.tensors().get("a").toFloats()).containsExactly(7);
    }

    /** The file has holes: 9 GiB that take no room on the disk. */
    @Test
    void readsFarBeyondTwoGibibytes(@TempDir Path folder) throws IOException {
        GgufWriter writer = new GgufWriter().f32("large", new float[8], 1, 8).f32("last", new float[8], 8);
        byte[] header = writer.bytes();
        long large = 9L << 30;
        int count = writer.fields.size();
        header = Broken.withNumber(header, writer.fields.get(count - 8).offset(), 8, large / 32);
        header = Broken.withNumber(header, writer.fields.get(count - 1).offset(), 8, large);
        Path path = folder.resolve("large.gguf");
        try (FileChannel channel = FileChannel.open(path, CREATE_NEW, WRITE)) {
            channel.write(ByteBuffer.wrap(header, 0, writer.headerBytes));
            long dataStart = (writer.headerBytes + 31L) / 32 * 32;
            channel.write(ByteBuffer.wrap(new byte[] {0, 0, (byte) 0x80, 0x3F}), dataStart + large - 4);
            channel.write(ByteBuffer.wrap(new byte[32]), dataStart + large);
        }
        try (Arena arena = Arena.ofConfined()) {
            Tensor tensor = GgufFile.read(path, arena).tensors().get("large");
            float[] row = new float[8];
            tensor.row(tensor.rows() - 1, row, 0);
            assertThat(tensor.rows()).isEqualTo(large / 32);
            assertThat(row).containsExactly(0, 0, 0, 0, 0, 0, 0, 1);
            assertThatThrownBy(tensor::toFloats)
                    .hasMessage("large: expected a tensor that fits one array, found [301989888, 8]");
        }
    }

    @Test
    void opensTheReferenceModel() {
        try (Arena arena = Arena.ofConfined()) {
            GgufFile file = GgufFile.read(Shared.path("reference-model/model-q8_0.gguf"), arena);
            assertThat(file.version()).isEqualTo(3);
            assertThat(file.tensors()).hasSize(83);
            assertThat(file.tensors().get("blk.7.ffn_down_exps.weight").format())
                    .isEqualTo(TensorFormat.Q8_0);
            assertThat(file.tensors().get("blk.7.ffn_down_exps.weight").shape()).containsExactly(8L, 192L, 384L);
            assertThat((String[]) file.metadata().get("tokenizer.ggml.tokens")).hasSize(4096);
        }
    }

    @Test
    void opensFilesThatHoldAVocabularyAlone() throws IOException {
        try (Arena arena = Arena.ofConfined();
                Stream<Path> paths = Files.list(Shared.path("tokenizers/gguf"))) {
            assertThat(paths.toList()).isNotEmpty().allSatisfy(path -> {
                GgufFile file = GgufFile.read(path, arena);
                assertThat(file.tensors()).isEmpty();
                assertThat((String[]) file.metadata().get("tokenizer.ggml.tokens"))
                        .hasSizeGreaterThan(30_000);
            });
        }
    }

    private static GgufFile parse(GgufWriter writer) {
        return GgufFile.parse(MemorySegment.ofArray(writer.bytes()), "test");
    }
}
