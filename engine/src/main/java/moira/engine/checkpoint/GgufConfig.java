package moira.engine.checkpoint;

import java.util.Map;
import moira.engine.MoiraException;

/** The dimensions of a decoder as the metadata of a GGUF file tell them (llama.cpp's {@code llama} architecture). */
public final class GgufConfig {
    private static final String READ = "a Mixtral-like mixture of experts (architecture llama with llama.expert_count)";

    /** What llama.cpp takes where a file does not say. */
    private static final float DEFAULT_ROPE_THETA = 10_000f;

    private GgufConfig() {}

    /** @param embeddingRows the vocabulary's size where the metadata have none */
    static DecoderConfig read(Map<String, Object> metadata, long embeddingRows, String where) {
        Settings settings = new Settings(metadata, where);
        refuseWhatIsNotRead(settings);
        int width = settings.positive("llama.embedding_length");
        int heads = settings.positive("llama.attention.head_count");
        int headWidth = headWidth(settings, width, heads);
        return new DecoderConfig(
                        "mixtral",
                        width,
                        settings.positive("llama.block_count"),
                        heads,
                        settings.positive("llama.attention.head_count_kv", heads),
                        headWidth,
                        settings.positive(
                                settings.has("llama.expert_feed_forward_length")
                                        ? "llama.expert_feed_forward_length"
                                        : "llama.feed_forward_length"),
                        settings.positive("llama.expert_count"),
                        settings.positive("llama.expert_used_count"),
                        settings.positive("llama.vocab_size", (int) Math.min(embeddingRows, Integer.MAX_VALUE)),
                        settings.positive("llama.context_length"),
                        settings.positiveFloat("llama.attention.layer_norm_rms_epsilon"),
                        settings.positiveFloat("llama.rope.freq_base", DEFAULT_ROPE_THETA),
                        settings.natural("llama.attention.sliding_window"),
                        DecoderConfig.Rotation.INTERLEAVED)
                .checked(where);
    }

    /** Puts a decoder's dimensions into a file, as {@link #read} finds them there. */
    public static void write(DecoderConfig config, String name, GgufOutput out) {
        out.put("general.architecture", "llama")
                .put("general.name", name)
                .put("llama.block_count", config.layers())
                .put("llama.context_length", config.context())
                .put("llama.embedding_length", config.width())
                .put("llama.feed_forward_length", config.expertWidth())
                .put("llama.attention.head_count", config.heads())
                .put("llama.attention.head_count_kv", config.kvHeads())
                .put("llama.attention.key_length", config.headWidth())
                .put("llama.attention.value_length", config.headWidth())
                .put("llama.attention.layer_norm_rms_epsilon", config.normEpsilon())
                .put("llama.rope.dimension_count", config.headWidth())
                .put("llama.rope.freq_base", config.ropeTheta())
                .put("llama.expert_count", config.experts())
                .put("llama.expert_used_count", config.expertsPerToken())
                .put("llama.vocab_size", config.vocabulary());
        if (config.slidingWindow() > 0) {
            out.put("llama.attention.sliding_window", config.slidingWindow());
        }
    }

    private static void refuseWhatIsNotRead(Settings settings) {
        String architecture = settings.text("general.architecture", "none");
        if (!architecture.equals("llama")) {
            throw MoiraException.expected(settings.where(), READ, "architecture " + architecture);
        }
        if (settings.natural("llama.expert_count") == 0) {
            throw MoiraException.expected(settings.where(), READ, "architecture llama without experts");
        }
        settings.allowOnly("split.count", 1L);
        settings.allowOnly("llama.rope.scaling.type", "none");
        settings.allowOnly("llama.rope.scale_linear", 1.0);
    }

    private static int headWidth(Settings settings, int width, int heads) {
        // A file that gives the width of a head may have any width of a hidden state.
        int headWidth = settings.has("llama.attention.key_length")
                ? settings.positive("llama.attention.key_length")
                : DecoderConfig.headWidth(width, heads, settings.where());
        settings.allowOnly("llama.attention.value_length", (long) headWidth);
        settings.allowOnly("llama.rope.dimension_count", (long) headWidth);
        return headWidth;
    }
}
