package moira.cli;

import java.util.List;
import java.util.function.BiConsumer;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.AttentionSpec;
import moira.engine.architecture.LatentSpec;
import moira.engine.architecture.MixtureSpec;
import moira.engine.architecture.RotarySpec;

/**
 * What a decoder is made of, for {@code inspect}.
 *
 * @param routedLayers the layers that have experts
 * @param windows of attention, layer by layer; 0 for none
 * @param mixture null for a dense model
 */
record Dimensions(
        String family,
        int width,
        int layers,
        List<Integer> routedLayers,
        int vocabulary,
        int context,
        AttentionSpec attention,
        List<Integer> windows,
        MixtureSpec mixture) {

    static Dimensions of(Architecture a) {
        return new Dimensions(
                a.family(),
                a.width(),
                a.depth(),
                a.routedLayers(),
                a.vocabulary(),
                a.context(),
                a.attention(),
                a.layers().stream().map(layer -> layer.attention().window()).toList(),
                a.mixture().orElse(null));
    }

    /** For people, in lines of a name and a value. */
    void describe(BiConsumer<String, String> row) {
        row.accept("experts", mixture == null ? "none: every token goes through all weights" : experts());
        row.accept("attention", heads() + window());
        RotarySpec rotary = attention.rotary();
        row.accept(
                "context",
                context + " tokens, rotary theta " + rotary.base()
                        + (rotary.scaling() instanceof RotarySpec.Unscaled ? "" : ", " + scaling(rotary.scaling())));
    }

    private static String scaling(RotarySpec.Scaling scaling) {
        return switch (scaling) {
            case RotarySpec.Unscaled _ -> "unscaled";
            case RotarySpec.Linear _ -> "scaled linearly";
            case RotarySpec.Yarn _ -> "YaRN";
            case RotarySpec.LongRope _ -> "LongRoPE";
            case RotarySpec.Llama3 _ -> "scaled as Llama 3's";
            case RotarySpec.Listed _ -> "scaled by listed factors";
        };
    }

    private String experts() {
        String routed = routedLayers.size() == layers ? "" : ", in " + routedLayers.size() + " of the layers";
        String shared = mixture.shared()
                .map(s -> ", " + s.count() + " shared of width " + s.width())
                .orElse("");
        return mixture.experts() + " a layer, " + mixture.expertsPerToken() + " a token, width " + mixture.expertWidth()
                + routed + shared + "; chosen by " + mixture.router().score();
    }

    private String heads() {
        if (attention instanceof LatentSpec latent) {
            return latent.heads() + " heads on latents of " + latent.latentWidth();
        }
        return attention.heads() + " heads of " + attention.keyWidth() + ", " + attention.cachedHeads() + " key heads";
    }

    private String window() {
        int most = windows.stream().mapToInt(Integer::intValue).max().orElse(0);
        long slide = windows.stream().filter(window -> window > 0).count();
        return most == 0 ? "" : ", sliding window " + most + (slide == layers ? "" : " in " + slide + " of the layers");
    }
}
