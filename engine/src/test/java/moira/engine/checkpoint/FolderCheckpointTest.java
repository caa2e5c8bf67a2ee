package moira.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import moira.engine.MoiraException;
import moira.engine.architecture.Architectures;
import moira.engine.architecture.Pairing;
import moira.engine.architecture.Part;
import moira.engine.architecture.Weights;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FolderCheckpointTest {
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private final Map<String, String> config = new LinkedHashMap<>();
    private final Map<String, long[]> shapes = new LinkedHashMap<>();

    @TempDir
    Path folder;

    @BeforeEach
    void describeATinyModel() {
        config.put("architectures", "[\"MixtralForCausalLM\"]");
        config.put("vocab_size", "5");
        config.put("hidden_size", "8");
        config.put("intermediate_size", "6");
        config.put("num_hidden_layers", "1");
        config.put("num_attention_heads", "2");
        config.put("num_key_value_heads", "1");
        config.put("num_local_experts", "2");
        config.put("num_experts_per_tok", "1");
        config.put("rms_norm_eps", "1e-5");
        config.put("rope_theta", "1000000.0");
        config.put("max_position_embeddings", "64");
        config.put("sliding_window", "null");
        shapes.put("model.embed_tokens.weight", new long[] {5, 8});
        String layer = "model.layers.0.";
        shapes.put(layer + "input_layernorm.weight", new long[] {8});
        shapes.put(layer + "self_attn.q_proj.weight", new long[] {8, 8});
        shapes.put(layer + "self_attn.k_proj.weight", new long[] {4, 8});
        shapes.put(layer + "self_attn.v_proj.weight", new long[] {4, 8});
        shapes.put(layer + "self_attn.o_proj.weight", new long[] {8, 8});
        shapes.put(layer + "post_attention_layernorm.weight", new long[] {8});
        shapes.put(layer + "block_sparse_moe.gate.weight", new long[] {2, 8});
        for (int e = 0; e < 2; e++) {
            shapes.put(layer + "block_sparse_moe.experts." + e + ".w1.weight", new long[] {6, 8});
            shapes.put(layer + "block_sparse_moe.experts." + e + ".w2.weight", new long[] {8, 6});
            shapes.put(layer + "block_sparse_moe.experts." + e + ".w3.weight", new long[] {6, 8});
        }
        shapes.put("model.norm.weight", new long[] {8});
        shapes.put("lm_head.weight", new long[] {5, 8});
    }

    @Test
    void opensASingleFile() throws IOException {
        config.put("head_dim", "null");
        write();
        try (Checkpoint checkpoint = Checkpoints.open(folder)) {
            assertThat(checkpoint.architecture())
                    .isEqualTo(Architectures.mixtral(8, 1, 2, 1, 4, 6, 2, 1, 5, 64, 1e-5f, 1e6f, 0, Pairing.HALVES));
            assertThat(checkpoint.format()).isEqualTo("safetensors, 1 file");
            assertThat(checkpoint.name()).isEqualTo(folder.getFileName().toString());
            Weights.Layer layer = checkpoint.weights().layers().getFirst();
            assertThat(layer.parts().get(Part.EXPERT_UP).get(1).name())
                    .isEqualTo("model.layers.0.block_sparse_moe.experts.1.w3.weight");
            assertThat(layer.parts().get(Part.EXPERT_DOWN).get(1).shape()).containsExactly(8L, 6L);
        }
    }

    @Test
    void readsThetaAmongTheRopeParameters() throws IOException {
        config.remove("rope_theta");
        config.put("rope_parameters", "{\"rope_type\": \"default\", \"rope_theta\": 5000}");
        config.put("sliding_window", "32");
        write();
        try (Checkpoint checkpoint = Checkpoints.open(folder)) {
            assertThat(checkpoint.architecture().attention().rotary().base()).isEqualTo(5000f);
            assertThat(checkpoint.architecture().attention().window()).isEqualTo(32);
        }
    }

    @Test
    void tiesTheEmbeddingOnlyWhereTheConfigSaysSo() throws IOException {
        shapes.remove("lm_head.weight");
        write();
        assertRefused(folder + ": expected tensor lm_head.weight [5, 8], found none of that name");
        config.put("tie_word_embeddings", "true");
        write();
        try (Checkpoint checkpoint = Checkpoints.open(folder)) {
            assertThat(checkpoint.weights().output())
                    .isSameAs(checkpoint.weights().embedding());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "architectures       | [\"GPT2LMHeadModel\"]                   | config.json: expected a causal language model of a type that is read (mixtral, olmoe,",
                "hidden_act          | \"gelu\"                                | config.json: hidden_act: expected silu, as nothing else is supported, found \"gelu\"",
                "rope_scaling        | {\"type\": \"ntk\", \"factor\": 4}      | config.json: rope_scaling: type: expected default, linear, llama3, yarn or longrope, found \"ntk\"",
                "rope_parameters     | {\"rope_type\": \"linear\"}             | rope_parameters: factor: expected a positive number, found none",
                "rope_parameters     | 7                                       | config.json: rope_parameters: expected a JSON object, found 7",
                "quantization_config | {\"quant_method\": \"gptq\"}            | quantization_config: expected weights in F32, F16 or BF16",
                "num_local_experts   | null                                    | num_local_experts: expected a whole number from 1",
                "num_local_experts   | 1.5                                     | num_local_experts: expected a whole number from 1 to 2147483647, found 1.5",
                "hidden_size         | 99999999999                             | hidden_size: expected a whole number from 1 to 2147483647, found 99999999999",
                "num_experts_per_tok | 3                                       | expected at most 2 experts per token, found 3",
                "head_dim            | 3                                       | expected an even width of a head",
                "rope_gamma          | 3                                       | config.json: rope_gamma: expected a setting that is read (",
                "tie_word_embeddings | 1                                       | tie_word_embeddings: expected true or false, found 1",
            })
    void namesASettingThatItCannotUse(String key, String json, String message) throws IOException {
        config.put(key, json);
        write();
        assertThatThrownBy(() -> Checkpoints.open(folder))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining(message);
    }

    @Test
    void namesAMissingTensorAWrongShapeAndOneTooMany() throws IOException {
        long[] gate = shapes.remove("model.layers.0.block_sparse_moe.gate.weight");
        write();
        assertRefused(folder
                + ": expected tensor model.layers.0.block_sparse_moe.gate.weight [2, 8], found none of that name");
        shapes.put("model.layers.0.block_sparse_moe.gate.weight", new long[] {3, 8});
        write();
        assertRefused(
                folder + ", tensor model.layers.0.block_sparse_moe.gate.weight: expected shape [2, 8], found [3, 8]");
        shapes.put("model.layers.0.block_sparse_moe.gate.weight", gate);
        shapes.put("model.layers.0.self_attn.rotary_emb.inv_freq", new long[] {2});
        shapes.put("model.layers.0.self_attn.q_proj.bias", new long[] {8});
        write();
        assertRefused(folder + ": expected only the weights of a mixtral model, found 1 more tensors,"
                + " model.layers.0.self_attn.q_proj.bias the first");
    }

    @Test
    void readsPartsThroughTheirIndex() throws IOException {
        write();
        Files.move(folder.resolve(SINGLE), folder.resolve("part-2.safetensors"));
        Files.write(folder.resolve("part-1.safetensors"), new SafetensorsWriter().bytes());
        index("part-2.safetensors", "");
        try (Checkpoint checkpoint = Checkpoints.open(folder)) {
            assertThat(checkpoint.format()).isEqualTo("safetensors, 1 file");
            assertThat(checkpoint.tensors()).hasSize(shapes.size());
        }
        index("part-2.safetensors", ", \"extra\": \"part-1.safetensors\"");
        assertRefused(
                folder.resolve("part-1.safetensors") + ": expected tensor extra as " + INDEX + " says, found none");
        index("part-2.safetensors", ", \"extra\": \"part-3.safetensors\"");
        assertRefused(folder.resolve("part-3.safetensors") + ": expected a file, found none");
        index("part-2.safetensors", ", \"extra\": \"../part-1.safetensors\"");
        assertRefused(folder.resolve(INDEX)
                + ", extra: expected the name of a safetensors file, found \"../part-1.safetensors\"");
        Files.copy(
                folder.resolve("part-2.safetensors"),
                folder.resolve("part-1.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);
        index("part-2.safetensors", ", \"model.norm.weight.\": \"part-1.safetensors\"");
        assertRefused(folder.resolve("part-2.safetensors")
                + ": expected a tensor in one file, found model.embed_tokens.weight in two");
    }

    @Test
    void namesADtypeThatItCannotRead() throws IOException {
        write();
        Files.write(
                folder.resolve(SINGLE),
                new SafetensorsWriter().add("w", "I8", new byte[1], 1).bytes());
        assertRefused(folder.resolve(SINGLE) + ", tensor w: expected a dtype of F32, F16, BF16, F64, found I8");
    }

    @Test
    void saysWhatItAccepts() throws IOException {
        String accepted = ": expected a GGUF file, or a folder with config.json and model.safetensors"
                + " (or its index and parts), or with Mistral's params.json and consolidated.safetensors, found ";
        assertThatThrownBy(() -> Checkpoints.open(folder))
                .hasMessage(folder + accepted + "a folder without config.json");
        Path missing = folder.resolve("missing.gguf");
        assertThatThrownBy(() -> Checkpoints.open(missing)).hasMessage(missing + accepted + "nothing");
        Path other = Files.writeString(folder.resolve("other"), "GGU");
        assertThatThrownBy(() -> Checkpoints.open(other)).hasMessage(other + accepted + "another file");
        Files.writeString(folder.resolve("config.json"), "{\n\n nonsense }");
        assertThatThrownBy(() -> Checkpoints.open(folder))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith(folder.resolve("config.json") + ": expected a JSON object, found ")
                .hasMessageContaining("(line 3, column ")
                .hasMessageNotContaining("\n");
        Files.writeString(folder.resolve("config.json"), "{}");
        assertRefused(folder + ": expected " + SINGLE + " or " + INDEX + ", found neither");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> Checkpoints.open(folder))
                .isInstanceOf(MoiraException.class)
                .hasMessage(message);
    }

    private void write() throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                config.entrySet().stream()
                        .map(entry -> "\"" + entry.getKey() + "\": " + entry.getValue())
                        .collect(Collectors.joining(",\n", "{", "}")));
        Random random = new Random(5);
        SafetensorsWriter writer = new SafetensorsWriter();
        shapes.forEach((name, shape) -> {
            byte[] bytes = new byte[(int) (2 * shape[0] * (shape.length == 1 ? 1 : shape[1]))];
            random.nextBytes(bytes);
            writer.add(name, "BF16", bytes, shape);
        });
        Files.write(folder.resolve(SINGLE), writer.bytes());
    }

    private void index(String part, String more) throws IOException {
        String map = shapes.keySet().stream()
                .map(name -> "\"" + name + "\": \"" + part + "\"")
                .collect(Collectors.joining(", "));
        Files.writeString(folder.resolve(INDEX), "{\"weight_map\": {" + map + more + "}}");
    }
}
