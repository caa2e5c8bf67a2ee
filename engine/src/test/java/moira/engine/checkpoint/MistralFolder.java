package moira.engine.checkpoint;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.AttentionSpec;
import moira.engine.architecture.DenseSpec;
import moira.engine.architecture.FeedForwardSpec;
import moira.engine.architecture.MixtureSpec;
import moira.engine.tensor.Tensor;
import tools.jackson.databind.json.JsonMapper;

/** Writes a small model of Hugging Face's layout in Mistral's: other names, and rows 2i and 2i + 1 of a head turned together. */
public final class MistralFolder {
    private static final Map<String, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("^model\\.", "");
        NAMES.put("embed_tokens", "tok_embeddings");
        NAMES.put("lm_head", "output");
        NAMES.put("input_layernorm", "attention_norm");
        NAMES.put("post_attention_layernorm", "ffn_norm");
        NAMES.put("self_attn\\.(.)_proj", "attention.w$1");
        NAMES.put("block_sparse_moe", "feed_forward");
        NAMES.put("mlp\\.gate_proj", "feed_forward.w1");
        NAMES.put("mlp\\.up_proj", "feed_forward.w3");
        NAMES.put("mlp\\.down_proj", "feed_forward.w2");
    }

    private MistralFolder() {}

    public static void write(Path source, Path folder) throws IOException {
        try (Checkpoint model = Checkpoints.open(source)) {
            SafetensorsOutput out = new SafetensorsOutput();
            for (Tensor tensor : ((OpenCheckpoint) model).tensors()) {
                int head = tensor.name().matches(".*self_attn\\.[qk]_proj.*")
                        ? model.architecture().attention().keyWidth()
                        : 1;
                out.tensor(named(tensor.name()), tensor.shape(), () -> FloatBuffer.wrap(interleaved(tensor, head)));
            }
            out.write(folder.resolve("consolidated.safetensors"));
            Files.writeString(
                    folder.resolve("params.json"), new JsonMapper().writeValueAsString(params(model.architecture())));
        }
    }

    private static String named(String name) {
        String changed = name;
        for (Map.Entry<String, String> one : NAMES.entrySet()) {
            changed = changed.replaceAll(one.getKey(), one.getValue());
        }
        return changed;
    }

    private static float[] interleaved(Tensor tensor, int head) {
        float[] values = tensor.toFloats();
        float[] turned = values.clone();
        int columns = (int) tensor.columns();
        for (int row = 0; head > 1 && row < tensor.rows(); row++) {
            int inHead = row % head;
            int from = row - inHead + inHead / 2 + inHead % 2 * (head / 2);
            System.arraycopy(values, from * columns, turned, row * columns, columns);
        }
        return turned;
    }

    private static Map<String, Object> params(Architecture model) {
        AttentionSpec attention = model.attention();
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("dim", model.width());
        params.put("n_layers", model.depth());
        params.put("head_dim", attention.keyWidth());
        params.put("n_heads", attention.heads());
        params.put("n_kv_heads", attention.cachedHeads());
        params.put("norm_eps", model.outputNorm().epsilon());
        params.put("vocab_size", model.vocabulary());
        params.put("rope_theta", attention.rotary().base());
        params.put("sliding_window", attention.window());
        params.put("hidden_dim", innerWidth(model.layers().getFirst().feedForward()));
        model.mixture()
                .ifPresent(mixture -> params.put(
                        "moe",
                        Map.of("num_experts", mixture.experts(), "num_experts_per_tok", mixture.expertsPerToken())));
        return params;
    }

    private static int innerWidth(FeedForwardSpec unit) {
        return switch (unit) {
            case DenseSpec dense -> dense.width();
            case MixtureSpec mixture -> mixture.expertWidth();
        };
    }
}
