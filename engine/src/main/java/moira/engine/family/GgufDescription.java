package moira.engine.family;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.AttentionSpec;
import moira.engine.architecture.DenseSpec;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.LatentSpec;
import moira.engine.architecture.LayerSpec;
import moira.engine.architecture.MixtureSpec;
import moira.engine.architecture.NormSpec;
import moira.engine.architecture.RotarySpec;
import moira.engine.architecture.RouterSpec;
import moira.engine.architecture.RouterSpec.Score;

/** The metadata in which a GGUF file describes a decoder to llama.cpp, and to {@link GgufKeys}. */
public final class GgufDescription {
    private final String prefix;
    private final Map<String, Object> metadata = new LinkedHashMap<>();

    private GgufDescription(String prefix) {
        this.prefix = prefix;
    }

    /**
     * What describes a decoder; values are of the kinds that GGUF files have.
     *
     * @param name of the model
     */
    public static Map<String, Object> of(Architecture architecture, String name) {
        Family family = Families.of(architecture);
        GgufDescription gguf = new GgufDescription(family.ggufArchitectures().getFirst() + '.');
        gguf.metadata.put("general.architecture", family.ggufArchitectures().getFirst());
        gguf.metadata.put("general.name", name);
        gguf.model(architecture);
        family.describe(architecture, gguf);
        return Collections.unmodifiableMap(gguf.metadata);
    }

    /** Adds or replaces a setting of the architecture. */
    void put(String key, Object value) {
        metadata.put(prefix + key, value);
    }

    void put(Key key, Object value) {
        put(key.gguf(), value);
    }

    /** How many layers without a mixture stand before the first that has one. */
    int denseLayers(Architecture architecture) {
        return architecture.routedLayers().stream().findFirst().orElse(architecture.depth());
    }

    private void model(Architecture a) {
        put(Key.LAYERS, a.depth());
        put(Key.CONTEXT, a.context());
        put(Key.WIDTH, a.width());
        put(Key.VOCABULARY, a.vocabulary());
        put(
                a.outputNorm().kind() == NormSpec.Kind.RMS ? Key.NORM_EPSILON : Key.LAYER_NORM_EPSILON,
                a.outputNorm().epsilon());
        attention(a.layers());
        feedForward(a);
        if (a.scales().embedding() != 1) {
            put(Key.EMBEDDING_SCALE, a.scales().embedding());
        }
        if (a.scales().residual() != 1) {
            put(Key.RESIDUAL_SCALE, a.scales().residual());
        }
        if (a.scales().logits() != 1) {
            put(Key.LOGIT_SCALE, a.scales().logits());
        }
    }

    private void attention(List<LayerSpec> layers) {
        AttentionSpec attention = layers.getFirst().attention();
        put(Key.HEADS, attention.heads());
        put(Key.KV_HEADS, attention.cachedHeads());
        put(Key.HEAD_WIDTH, attention.keyWidth());
        put("attention.value_length", attention.valueWidth());
        int window = layers.stream()
                .mapToInt(layer -> layer.attention().window())
                .max()
                .orElse(0);
        if (window > 0) {
            put(Key.WINDOW, window);
        }
        switch (attention) {
            case GroupedQuerySpec grouped -> {
                if (grouped.clip() > 0) {
                    put(Key.CLIP, grouped.clip());
                }
                if (grouped.scale() != (float) (1 / Math.sqrt(grouped.headWidth()))) {
                    put(Key.ATTENTION_SCALE, grouped.scale());
                }
            }
            case LatentSpec latent -> latent(latent);
        }
        rotary(attention.rotary());
    }

    private void latent(LatentSpec latent) {
        put("attention.key_length_mla", latent.queryWidth());
        put("attention.value_length_mla", latent.headValueWidth());
        put(Key.LATENT_WIDTH, latent.latentWidth());
        if (latent.queryRank() > 0) {
            put(Key.QUERY_RANK, latent.queryRank());
        }
    }

    private void rotary(RotarySpec rotary) {
        put("rope.dimension_count", rotary.dimensions());
        put("rope.freq_base", rotary.base());
        switch (rotary.scaling()) {
            case RotarySpec.Unscaled _, RotarySpec.Llama3 _, RotarySpec.Listed _ -> {
                // Nothing, or factors among the tensors.
            }
            case RotarySpec.Linear linear -> {
                put("rope.scaling.type", "linear");
                put("rope.scaling.factor", linear.factor());
            }
            case RotarySpec.Yarn yarn -> {
                put("rope.scaling.type", "yarn");
                put("rope.scaling.factor", yarn.factor());
                put("rope.scaling.original_context_length", yarn.originalContext());
                put("rope.scaling.yarn_beta_fast", yarn.betaFast());
                put("rope.scaling.yarn_beta_slow", yarn.betaSlow());
            }
            case RotarySpec.LongRope longRope -> {
                put("rope.scaling.original_context_length", longRope.originalContext());
                put("rope.scaling.attn_factor", longRope.longMagnitude());
            }
        }
    }

    private void feedForward(Architecture a) {
        int dense = a.layers().stream()
                .mapToInt(layer -> layer.feedForward() instanceof DenseSpec unit ? unit.width() : 0)
                .max()
                .orElse(0);
        int expert = a.mixture().map(MixtureSpec::expertWidth).orElse(dense);
        put(Key.FEED_FORWARD_WIDTH, dense == 0 ? expert : dense);
        a.mixture().ifPresent(mixture -> mixture(mixture));
    }

    private void mixture(MixtureSpec m) {
        put(Key.EXPERTS, m.experts());
        put(Key.EXPERTS_PER_TOKEN, m.expertsPerToken());
        put(Key.EXPERT_WIDTH, m.expertWidth());
        m.shared().ifPresent(shared -> {
            put(Key.SHARED_EXPERTS, shared.count());
            put(Key.SHARED_WIDTH, shared.width());
        });
        RouterSpec router = m.router();
        router.groups().ifPresent(groups -> {
            put(Key.GROUPS, groups.count());
            put(Key.KEPT_GROUPS, groups.kept());
        });
        if (router.scale() != 1) {
            put(Key.WEIGHT_SCALE, router.scale());
        }
        if (router.score() != Score.SOFTMAX_OF_CHOSEN) {
            put(Key.RENORMALISED, router.renormalised());
        }
    }
}
