package moira.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import moira.engine.MoiraException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsOutputTest {
    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsRead() {
        Random random = new Random(1);
        float[] large = new float[300 * 301];
        for (int i = 0; i < large.length; i++) {
            large[i] = random.nextFloat();
        }
        Path file = folder.resolve("model.safetensors");
        new SafetensorsOutput()
                .metadata(Map.of("step", "7", "quoted", "\"\n"))
                .tensor("large", List.of(300L, 301L), () -> FloatBuffer.wrap(large))
                .tensor("none", List.of(0L), () -> FloatBuffer.allocate(0))
                .tensor("vector", List.of(3L), () -> FloatBuffer.wrap(new float[] {1, -0.0f, Float.MIN_VALUE}))
                .write(file);
        try (Arena arena = Arena.ofConfined()) {
            SafetensorsFile read = SafetensorsFile.read(file, arena);
            assertThat(read.metadata()).isEqualTo(Map.of("step", "7", "quoted", "\"\n"));
            assertThat(read.entries().keySet()).containsExactly("large", "none", "vector");
            assertThat(read.entries().get("large").shape()).containsExactly(300L, 301L);
            assertThat(read.entries().get("large").tensor().orElseThrow().toFloats())
                    .containsExactly(large);
            assertThat(read.entries().get("vector").tensor().orElseThrow().toFloats())
                    .containsExactly(1, -0.0f, Float.MIN_VALUE);
        }
    }

    /** The bytes themselves, by the format's description: length, JSON, data at a multiple of 8. */
    @Test
    void theBytesAreThoseOfTheFormat() throws IOException {
        Path file = folder.resolve("one.safetensors");
        new SafetensorsOutput()
                .tensor("a", List.of(1L, 2L), () -> FloatBuffer.wrap(new float[] {1, 2}))
                .write(file);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int length = Math.toIntExact(bytes.getLong());
        assertThat(length % 8).isZero();
        String header = new String(bytes.array(), 8, length, StandardCharsets.UTF_8);
        assertThat(header).contains("\"dtype\":\"F32\"", "\"shape\":[1,2]", "\"data_offsets\":[0,8]");
        assertThat(bytes.getFloat(8 + length)).isEqualTo(1);
        assertThat(bytes.getFloat(8 + length + 4)).isEqualTo(2);
        assertThat(bytes.capacity()).isEqualTo(8 + length + 8);
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = Files.writeString(folder.resolve("model.safetensors"), "old");
        SafetensorsOutput output = new SafetensorsOutput().tensor("a", List.of(1L), () -> {
            throw new MoiraException("the weights are gone");
        });
        assertThatThrownBy(() -> output.write(file)).hasMessage("the weights are gone");
        assertThat(file).hasContent("old");
        assertThat(folder.toFile().list()).containsExactly("model.safetensors");
        assertThatThrownBy(() -> output.write(folder.resolve("no/such/folder/model.safetensors")))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("cannot be written");
    }
}
