import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import moira.engine.MoiraException;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.Pairing;
import moira.engine.architecture.Part;
import moira.engine.architecture.Weights;
import moira.engine.checkpoint.Checkpoint;
import moira.engine.checkpoint.Checkpoints;
import tools.jackson.databind.json.JsonMapper;

/** java JlamaModel GGUF FOLDER: a Mixtral whose matrices are in Q4_0 becomes a folder that Jlama reads, with the same weights. */
final class JlamaModel {
    private final Architecture config;
    private final Weights weights;
    private final JlamaWeights out = new JlamaWeights();

    private JlamaModel(Checkpoint checkpoint) {
        config = checkpoint.architecture();
        weights = checkpoint.weights();
        if (config.attention().rotary().pairing() != Pairing.INTERLEAVED) {
            throw MoiraException.expected("JlamaModel", "a GGUF file", checkpoint.format());
        }
    }

    public static void main(String[] args) throws IOException {
        try (Checkpoint checkpoint = Checkpoints.open(Path.of(args[0]))) {
            new JlamaModel(checkpoint).write(Files.createDirectories(Path.of(args[1])));
        }
    }

    private void write(Path folder) throws IOException {
        JsonMapper json = new JsonMapper();
        Files.writeString(folder.resolve("config.json"), json.writeValueAsString(config()));
        // Jlama does not load without one; it is spoken to in numbers.
        Map<String, ?> tokenizer = Map.of("type", "BPE", "vocab", Map.of("<unk>", 0), "merges", List.of());
        Files.writeString(folder.resolve("tokenizer.json"), json.writeValueAsString(Map.of("model", tokenizer)));
        out.matrix("model.embed_tokens.weight", weights.embedding());
        out.floats("model.norm.weight", weights.model().get(Part.OUTPUT_NORM));
        out.matrix("lm_head.weight", weights.output());
        for (int i = 0; i < config.depth(); i++) {
            layer("model.layers." + i + ".", weights.layers().get(i));
        }
        out.write(folder.resolve("model.safetensors"));
    }

    private Map<String, Object> config() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model_type", "mixtral");
        json.put("hidden_act", "silu");
        json.put("max_position_embeddings", config.context());
        json.put("hidden_size", config.width());
        json.put("intermediate_size", config.mixture().orElseThrow().expertWidth());
        json.put("num_attention_heads", config.attention().heads());
        json.put("num_key_value_heads", config.attention().cachedHeads());
        json.put("num_hidden_layers", config.depth());
        json.put("num_local_experts", config.experts());
        json.put("num_experts_per_tok", config.expertsPerToken());
        json.put("rms_norm_eps", config.outputNorm().epsilon());
        json.put("rope_theta", config.attention().rotary().base());
        json.put("vocab_size", config.vocabulary());
        json.put("bos_token_id", 1);
        json.put("eos_token_id", 2);
        return json;
    }

    private void layer(String name, Weights.Layer layer) {
        IntUnaryOperator interleaved = this::interleaved;
        out.floats(name + "input_layernorm.weight", layer.one(Part.ATTENTION_NORM));
        out.matrix(name + "self_attn.q_proj.weight", layer.one(Part.QUERY), interleaved);
        out.matrix(name + "self_attn.k_proj.weight", layer.one(Part.KEY), interleaved);
        out.matrix(name + "self_attn.v_proj.weight", layer.one(Part.VALUE));
        out.matrix(name + "self_attn.o_proj.weight", layer.one(Part.ATTENTION_OUTPUT));
        out.floats(name + "post_attention_layernorm.weight", layer.one(Part.FEED_FORWARD_NORM));
        out.floats(name + "block_sparse_moe.gate.weight", layer.one(Part.ROUTER));
        for (int i = 0; i < config.experts(); i++) {
            String prefix = name + "block_sparse_moe.experts." + i + ".";
            out.matrix(prefix + "w1.weight", layer.parts().get(Part.EXPERT_GATE).get(i));
            out.matrix(prefix + "w3.weight", layer.parts().get(Part.EXPERT_UP).get(i));
            out.matrix(prefix + "w2.weight", layer.parts().get(Part.EXPERT_DOWN).get(i));
        }
    }

    /** The row of the GGUF file for a row of the folder's: of a head, rows 2i and 2i + 1 there are rows i and i + half here. */
    private int interleaved(int row) {
        int half = config.attention().keyWidth() / 2, inHead = row % config.attention().keyWidth();
        return row - inHead + inHead % half * 2 + inHead / half;
    }
}
