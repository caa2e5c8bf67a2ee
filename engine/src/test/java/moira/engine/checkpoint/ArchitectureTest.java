package moira.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import moira.engine.MoiraException;
import moira.engine.family.Families;
import moira.engine.family.NamedTensors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dimensions that are numbers, but none that a decoder could compute with. */
class ArchitectureTest {
    @ParameterizedTest
    @CsvSource({
        "llama.vocab_size,                     200000000, 'vocabulary'",
        "llama.attention.head_count,           2147483647, 'width'",
        "llama.attention.key_length,           134217726, 'heads times their width'",
        "llama.embedding_length,               134217727, 'experts per token times width'",
        "llama.feed_forward_length,            134217727, 'experts per token times their width'",
        "llama.expert_count,                   2147483647, 'experts'"
    })
    void areRefusedByName(String key, int value, String name) {
        GgufWriter writer =
                TinyModel.gguf().put("llama.attention.key_length", 4).put(key, value);
        if (key.equals("llama.attention.head_count")) {
            writer.put("llama.embedding_length", value);
        }
        writer.metadata.remove("llama.rope.dimension_count");
        GgufFile file = GgufFile.parse(MemorySegment.ofArray(writer.bytes()), "test");
        NamedTensors tensors = new NamedTensors(file.tensors(), "test");
        assertThatThrownBy(() -> Families.ofGguf(file.metadata(), tensors, "test"))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith("test, " + name + ": expected at most 134217727, found ");
    }
}
