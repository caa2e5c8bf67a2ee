package moira.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Random;
import moira.engine.MoiraException;
import moira.engine.architecture.Architectures;
import moira.engine.architecture.Pairing;
import moira.engine.architecture.Part;
import moira.engine.architecture.Weights;
import moira.engine.checkpoint.GgufWriter.Typed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GgufCheckpointTest {
    private final GgufWriter tiny = TinyModel.gguf();

    @Test
    void readsTheDimensions() {
        tiny.put("llama.attention.sliding_window", 16).put("llama.attention.key_length", 4);
        assertThat(open(tiny).architecture())
                .isEqualTo(Architectures.mixtral(8, 2, 2, 1, 4, 6, 3, 2, 5, 64, 1e-5f, 1e6f, 16, Pairing.INTERLEAVED));
    }

    @Test
    void takesWhatLlamaCppTakesWhereTheFileDoesNotSay() {
        tiny.metadata.remove("llama.vocab_size");
        tiny.metadata.remove("llama.rope.freq_base");
        tiny.metadata.remove("llama.rope.dimension_count");
        tiny.metadata.remove("general.name");
        Checkpoint checkpoint = open(tiny);
        assertThat(checkpoint.architecture().vocabulary()).isEqualTo(5);
        assertThat(checkpoint.architecture().attention().rotary().base()).isEqualTo(10_000f);
        assertThat(checkpoint.name()).isEqualTo("tiny.gguf");
    }

    @Test
    void prefersTheWidthOfExperts() {
        tiny.put("llama.feed_forward_length", 99).put("llama.expert_feed_forward_length", 6);
        assertThat(open(tiny).architecture().mixture().orElseThrow().expertWidth())
                .isEqualTo(6);
    }

    @Test
    void sharesTheEmbeddingWithTheOutputWhereThereIsNone() {
        tiny.tensors.remove("output.weight");
        Weights weights = open(tiny).weights();
        assertThat(weights.output()).isSameAs(weights.embedding());
    }

    @Test
    void readsOneTensorAnExpert() {
        Random random = new Random(2);
        for (int layer = 0; layer < 2; layer++) {
            for (String matrix : new String[] {"gate", "up", "down"}) {
                tiny.tensors.remove("blk." + layer + ".ffn_" + matrix + "_exps.weight");
                for (int e = 0; e < 3; e++) {
                    boolean down = matrix.equals("down");
                    String name = "blk." + layer + ".ffn_" + matrix + "." + e + ".weight";
                    TinyModel.random(tiny, random, name, down ? 8 : 6, down ? 6 : 8);
                }
            }
        }
        assertThat(open(tiny)
                        .weights()
                        .layers()
                        .get(1)
                        .parts()
                        .get(Part.EXPERT_DOWN)
                        .get(2)
                        .name())
                .isEqualTo("blk.1.ffn_down.2.weight");
        tiny.tensors.remove("blk.1.ffn_up.2.weight");
        assertRefused("tiny.gguf: expected tensor blk.1.ffn_up.2.weight [6, 8], found none of that name");
    }

    @Test
    void namesEveryMissingTensor() {
        for (String name : TinyModel.gguf().tensors.keySet()) {
            GgufWriter without = TinyModel.gguf();
            without.tensors.remove(name);
            if (!name.equals("output.weight")) {
                String sought = name;
                assertThatThrownBy(() -> open(without))
                        .isInstanceOf(MoiraException.class)
                        .hasMessageStartingWith("tiny.gguf: expected tensor " + sought + " [");
            }
        }
    }

    @Test
    void namesEveryWrongShape() {
        for (String name : TinyModel.gguf().tensors.keySet()) {
            GgufWriter wrong = TinyModel.gguf();
            TinyModel.random(wrong, new Random(3), name, 7, 9);
            assertThatThrownBy(() -> open(wrong))
                    .isInstanceOf(MoiraException.class)
                    .hasMessageStartingWith("tiny.gguf, tensor " + name + ": expected shape [")
                    .hasMessageEndingWith("], found [7, 9]");
        }
    }

    @Test
    void refusesWeightsThatItWouldLeaveOut() {
        TinyModel.random(tiny, new Random(4), "blk.0.attn_q.bias", 8);
        assertRefused(
                "tiny.gguf: expected only the weights of a mixtral model, found 1 more tensors, blk.0.attn_q.bias the first");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "general.architecture             | gpt2     | tiny.gguf: expected an architecture that is read (llama, olmoe, qwen2moe, qwen3moe, deepseek, deepseek2, gpt-oss, phimoe, granitemoe, glm4moe, qwen2, qwen3), found gpt2",
                "llama.rope.scaling.type          | ntk      | tiny.gguf: llama.rope.scaling.type: expected none, linear or yarn, found \"ntk\"",
                "llama.embedding_length           | wide     | tiny.gguf: llama.embedding_length: expected a whole number from 1 to 2147483647, found \"wide\"",
            })
    void namesATextThatItCannotUse(String key, String text, String message) {
        tiny.put(key, text);
        assertRefused(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llama.expert_count              | 0  | expected tensor blk.0.ffn_gate.weight [6, 8], found none of that name",
                "llama.expert_count              | 4  | ffn_gate_inp.weight: expected shape [4, 8], found [3, 8]",
                "llama.expert_used_count         | 4  | expected at most 3 experts per token, found 4",
                "llama.attention.head_count_kv   | 3  | expected a number of heads that 3 KV heads divide, found 2",
                "llama.attention.head_count      | 3  | expected a width that 3 heads divide, found 8",
                "llama.attention.head_count      | 0  | llama.attention.head_count: expected a whole number from 1 to 2147483647, found 0",
                "llama.attention.key_length      | 6  | rotary embedding: expected of all 6 dimensions of a head, found of 4",
                "llama.attention.value_length    | 2  | llama.attention.value_length: expected 4",
                "llama.rope.dimension_count      | 2  | rotary embedding: expected of all 4 dimensions of a head, found of 2",
                "llama.block_count               | 3  | expected tensor blk.2.attn_norm.weight [8], found none",
                "llama.block_count               | 1  | expected only the weights of a mixtral model, found 10 more tensors",
                "llama.vocab_size                | 6  | tensor token_embd.weight: expected shape [6, 8], found [5, 8]",
                "llama.context_length            | -1 | llama.context_length: expected a whole number from 1 to 2147483647, found -1",
                "llama.attention.surprise        | 3  | llama.attention.surprise: expected a setting that is read (attention.",
                "split.count                     | 3  | split.count: expected 1, as nothing else is supported, found 3",
            })
    void namesANumberThatItCannotUse(String key, int value, String message) {
        tiny.put(key, new Typed(5, value));
        assertThatThrownBy(() -> open(tiny)).isInstanceOf(MoiraException.class).hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -1, Float.NaN, Float.POSITIVE_INFINITY})
    void refusesNumbersThatAreNotPositive(float value) {
        tiny.put("llama.rope.freq_base", value);
        assertRefused("tiny.gguf: llama.rope.freq_base: expected a positive number, found " + value);
    }

    @Test
    void refusesAListInPlaceOfANumber() {
        tiny.put("llama.attention.head_count_kv", new Object[] {1, 1});
        assertThatThrownBy(() -> open(tiny))
                .hasMessageContaining("llama.attention.head_count_kv: expected a whole number");
    }

    @Test
    void namesMissingMetadata() {
        tiny.metadata.remove("llama.block_count");
        assertRefused("tiny.gguf: llama.block_count: expected a whole number from 1 to 2147483647, found none");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> open(tiny)).isInstanceOf(MoiraException.class).hasMessage(message);
    }

    private static Checkpoint open(GgufWriter writer) {
        Path path = Path.of("tiny.gguf");
        GgufFile file = GgufFile.parse(MemorySegment.ofArray(writer.bytes()), path.toString());
        return GgufCheckpoint.of(file, path, Arena.ofAuto());
    }
}
