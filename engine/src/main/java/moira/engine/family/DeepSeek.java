package moira.engine.family;

import java.util.List;
import moira.engine.MoiraException;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.LatentSpec;
import moira.engine.architecture.LayerSpec;
import moira.engine.architecture.MixtureSpec;
import moira.engine.architecture.NormSpec;
import moira.engine.architecture.Pairing;
import moira.engine.architecture.RotarySpec;
import moira.engine.architecture.RotarySpec.Yarn;
import moira.engine.architecture.RouterSpec.Score;

/**
 * DeepSeek-V2 and V2-Lite (arXiv 2405.04434), V3 and R1 (arXiv 2412.19437): latent attention; V2 routes by a softmax, V3 by sigmoids with a
 * correction.
 */
final class DeepSeek implements Family {
    /** llama.cpp's number of a sigmoid in {@code expert_gating_func}. */
    private static final int SIGMOID = 2;

    private static final int SOFTMAX = 1;

    /** What llama.cpp's files multiply {@code mscale_all_dim} with. */
    private static final float LOG_MULTIPLIER = 0.1f;

    @Override
    public String name() {
        return "deepseek";
    }

    @Override
    public List<String> modelTypes() {
        return List.of("deepseek_v2", "deepseek_v3");
    }

    @Override
    public List<String> ggufArchitectures() {
        return List.of("deepseek2");
    }

    @Override
    public List<String> quantisations() {
        return List.of("fp8");
    }

    @Override
    public Pairing huggingFacePairing() {
        return Pairing.INTERLEAVED;
    }

    @Override
    public boolean predictsAhead() {
        return true;
    }

    @Override
    public Pairing ggufPairing() {
        return Pairing.INTERLEAVED;
    }

    @Override
    public Architecture architecture(Keys keys) {
        NormSpec norm = keys.norm(1e-6f);
        LatentSpec attention = attention(keys, norm.epsilon());
        boolean sigmoid = isSigmoid(keys);
        MixtureSpec mixture = DeepSeekRouting.mixture(keys, sigmoid ? Score.SIGMOID : Score.SOFTMAX, sigmoid);
        int dense = keys.natural(Key.DENSE_LAYERS);
        keys.settings().allowOnly("moe_layer_freq", 1);
        return keys.architecture(
                this,
                norm,
                layer -> new LayerSpec(norm, attention, keys.routes(layer, layer >= dense) ? mixture : keys.dense()));
    }

    private static boolean isSigmoid(Keys keys) {
        return switch (keys) {
            case GgufKeys gguf -> keys.settings().natural(gguf.own("expert_gating_func")) == SIGMOID;
            case HuggingFaceKeys file -> {
                boolean v3 = file.settings().text("model_type", "").equals("deepseek_v3");
                String score = file.settings().text("scoring_func", v3 ? "sigmoid" : "softmax");
                if (!score.equals("sigmoid") && !score.equals("softmax")) {
                    throw file.settings().unexpected("scoring_func", "sigmoid or softmax");
                }
                yield score.equals("sigmoid");
            }
        };
    }

    private LatentSpec attention(Keys keys, float epsilon) {
        return switch (keys) {
            case GgufKeys gguf -> ofGguf(gguf, epsilon);
            case HuggingFaceKeys file -> ofHuggingFace(file, epsilon);
        };
    }

    private LatentSpec ofHuggingFace(HuggingFaceKeys keys, float epsilon) {
        Settings settings = keys.settings();
        settings.allowOnly("attention_bias", false);
        settings.allowOnly("mlp_bias", false);
        settings.allowOnly("rope_interleave", true);
        List.of("head_dim", "qk_head_dim").forEach(settings::get);
        keys.letBe(Key.KV_HEADS, Key.PREDICTION_LAYERS);
        int turned = settings.positive("qk_rope_head_dim");
        int content = settings.positive("qk_nope_head_dim");
        RotarySpec rotary = keys.rotary(this, turned, 1e4f);
        float magnitude = keys.scoreMagnitude();
        return new LatentSpec(
                keys.positive(Key.HEADS),
                keys.natural(Key.QUERY_RANK),
                keys.positive(Key.LATENT_WIDTH),
                content,
                settings.positive("v_head_dim"),
                rotary,
                scale(content + turned, magnitude),
                epsilon);
    }

    /** {@code magnitude^2 / sqrt(width)}: queries and keys both have the magnitude. */
    private static float scale(int width, float magnitude) {
        return (float) (magnitude * (double) magnitude / Math.sqrt(width));
    }

    /** Older files say how wide the heads are that keys and values would be expanded to, newer ones what is kept as well. */
    private LatentSpec ofGguf(GgufKeys keys, float epsilon) {
        Settings settings = keys.settings();
        boolean split = settings.has(keys.own("attention.key_length_mla"));
        int width = settings.positive(keys.own("attention.key_length" + (split ? "_mla" : "")));
        int value = settings.positive(keys.own("attention.value_length" + (split ? "_mla" : "")));
        List.of("attention.key_length", "attention.value_length").forEach(name -> settings.get(keys.own(name)));
        keys.letBe(Key.KV_HEADS, Key.PREDICTION_LAYERS);
        RotarySpec rotary = keys.rotary(this, 64, 1e4f);
        int content = width - rotary.dimensions();
        if (content < 1) {
            throw MoiraException.expected(
                    settings.where(), "heads wider than the " + rotary.dimensions() + " that are turned", width);
        }
        float magnitude = 1;
        if (rotary.scaling() instanceof Yarn yarn) {
            float all = settings.naturalFloat(keys.own("rope.scaling.yarn_log_multiplier")) / LOG_MULTIPLIER;
            magnitude = all == 0 ? 1 : HuggingFaceKeys.magnitude(yarn.factor(), all);
            settings.get(keys.own("rope.scaling.attn_factor"));
            rotary = new RotarySpec(rotary.base(), rotary.dimensions(), rotary.pairing(), yarn.withMagnitude(1));
        }
        return new LatentSpec(
                keys.positive(Key.HEADS),
                keys.natural(Key.QUERY_RANK),
                keys.positive(Key.LATENT_WIDTH),
                content,
                value,
                rotary,
                scale(width, magnitude),
                epsilon);
    }

    @Override
    public void describe(Architecture architecture, GgufDescription gguf) {
        gguf.put(Key.DENSE_LAYERS, gguf.denseLayers(architecture));
        architecture.mixture().ifPresent(mixture -> {
            boolean sigmoid = mixture.router().score() == Score.SIGMOID;
            gguf.put("expert_gating_func", sigmoid ? SIGMOID : SOFTMAX);
        });
        if (architecture.attention() instanceof LatentSpec latent
                && latent.rotary().scaling() instanceof Yarn yarn) {
            double magnitude = Math.sqrt(latent.scale() * Math.sqrt(latent.queryWidth()));
            double all = (magnitude - 1) / (LOG_MULTIPLIER * Math.log(yarn.factor()));
            gguf.put("rope.scaling.yarn_log_multiplier", (float) (LOG_MULTIPLIER * all));
        }
    }
}
