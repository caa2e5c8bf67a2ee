package moira.train.output;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import moira.engine.MoiraException;
import moira.engine.checkpoint.SafetensorsOutput;
import moira.engine.io.Replacement;
import moira.train.decoder.MixtralShape;
import moira.train.decoder.Parameters;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes {@code config.json}, {@code tokenizer_config.json} and {@code model.safetensors}. Each file is replaced when its
 * successor is whole.
 */
public final class ModelFolder {
    /** The weights. */
    public static final String WEIGHTS = "model.safetensors";

    /** The vocabulary, which is copied or learnt into the folder. */
    public static final String TOKENIZER = "tokenizer.model";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private ModelFolder() {}

    /**
     * Writes a model; its {@link #TOKENIZER} must lie there for the engine to read it.
     *
     * @param bos the ids that start and end a text, or -1
     * @throws MoiraException if a file cannot be written
     */
    public static void write(Path folder, Parameters parameters, int bos, int eos) {
        writeJson(folder.resolve("config.json"), config(parameters.config(), bos, eos));
        writeJson(folder.resolve("tokenizer_config.json"), tokenizer());
        SafetensorsOutput output = new SafetensorsOutput().metadata(Map.of("format", "pt"));
        parameters.all().forEach((name, tensor) -> add(output, name, tensor));
        output.write(folder.resolve(WEIGHTS));
    }

    /** Announces a tensor of floats, to be read when it is written. */
    public static void add(SafetensorsOutput output, String name, Tensor tensor) {
        output.tensor(name, shape(tensor), () -> values(tensor));
    }

    private static FloatBuffer values(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        try (PointerScope _ = new PointerScope()) {
            if (values.length > 0) {
                // The tensor may lie on another device; its copy is gone with the scope.
                tensor.cpu().<FloatBuffer>createBuffer().get(values);
            }
        }
        return FloatBuffer.wrap(values);
    }

    private static List<Long> shape(Tensor tensor) {
        return LongStream.of(tensor.shape()).boxed().toList();
    }

    private static Map<String, Object> config(MixtralShape config, int bos, int eos) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("architectures", List.of("MixtralForCausalLM"));
        json.put("model_type", "mixtral");
        json.put("vocab_size", config.vocabulary());
        json.put("hidden_size", config.width());
        json.put("intermediate_size", config.expertWidth());
        json.put("num_hidden_layers", config.layers());
        json.put("num_attention_heads", config.heads());
        json.put("num_key_value_heads", config.kvHeads());
        json.put("head_dim", config.headWidth());
        json.put("num_local_experts", config.experts());
        json.put("num_experts_per_tok", config.expertsPerToken());
        json.put("max_position_embeddings", config.context());
        json.put("rms_norm_eps", config.normEpsilon());
        json.put("rope_theta", config.ropeTheta());
        json.put("sliding_window", null);
        json.put("hidden_act", "silu");
        json.put("tie_word_embeddings", false);
        json.put("torch_dtype", "float32");
        json.put("bos_token_id", bos < 0 ? null : bos);
        json.put("eos_token_id", eos < 0 ? null : eos);
        return json;
    }

    private static Map<String, Object> tokenizer() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("tokenizer_class", "LlamaTokenizer");
        json.put("add_bos_token", true);
        json.put("add_eos_token", false);
        json.put("legacy", false);
        return json;
    }

    private static void writeJson(Path file, Map<String, Object> json) {
        Replacement.write(file, JSON.writeValueAsString(json) + "\n");
    }
}
