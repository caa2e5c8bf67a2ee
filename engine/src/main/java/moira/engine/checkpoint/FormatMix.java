package moira.engine.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import moira.engine.MoiraException;
import moira.engine.tensor.Quantizer;
import moira.engine.tensor.TensorFormat;

/**
 * Which format each tensor of a GGUF file gets: one for all matrices, or one of llama.cpp's mixtures, which give more bits to
 * where they help most; MXFP4 is for experts, and Q8_0 goes with it, as in gpt-oss's files. Norms and routers are F32 always, unless all tensors keep the formats that they have.
 */
public final class FormatMix {
    /** The names, and llama.cpp's numbers for them in {@code general.file_type} (llama.h, {@code enum llama_ftype}). */
    private static final Map<String, Integer> FILE_TYPES = new LinkedHashMap<>();

    static {
        FILE_TYPES.put("F32", 0);
        FILE_TYPES.put("F16", 1);
        FILE_TYPES.put("BF16", 32);
        FILE_TYPES.put("Q8_0", 7);
        FILE_TYPES.put("Q6_K", 18);
        FILE_TYPES.put("Q5_K", 16);
        FILE_TYPES.put("Q5_K_M", 17);
        FILE_TYPES.put("Q4_K", 14);
        FILE_TYPES.put("Q4_K_M", 15);
        FILE_TYPES.put("Q4_0", 2);
        FILE_TYPES.put("MXFP4", 38);
    }

    private static final String MIXED = "_M";
    private static final String EMBEDDING = "token_embd.weight";
    private static final String OUTPUT = "output.weight";

    /** Every tensor as it is. */
    public static final FormatMix KEPT = new FormatMix("its own formats", Optional.empty(), Optional.empty());

    private final String name;
    private final boolean mixed;
    private final Optional<TensorFormat> matrices;
    private final Optional<TensorFormat> embedding;

    private FormatMix(String name, Optional<TensorFormat> matrices, Optional<TensorFormat> embedding) {
        this.name = name;
        this.matrices = matrices;
        this.embedding = embedding;
        mixed = name.endsWith(MIXED);
    }

    /**
     * The mix of a name.
     *
     * @param name a format's that is written, or Q4_K_M or Q5_K_M
     * @throws MoiraException if it is none of those
     */
    public static FormatMix named(String name) {
        if (!FILE_TYPES.containsKey(name)) {
            throw MoiraException.expected("--format", String.join(", ", FILE_TYPES.keySet()), name);
        }
        String matrices = name.endsWith(MIXED) ? name.substring(0, name.length() - MIXED.length()) : name;
        return new FormatMix(name, Optional.of(TensorFormat.valueOf(matrices)), Optional.empty());
    }

    /**
     * The same with another format for the embedding, of which a token reads one row: more bits there cost room and no speed.
     *
     * @throws MoiraException if it is none that is written
     */
    public FormatMix withEmbedding(String format) {
        for (TensorFormat one : TensorFormat.values()) {
            if (one.name().equals(format) && Quantizer.writes(one)) {
                return new FormatMix(name, matrices, Optional.of(one));
            }
        }
        throw MoiraException.expected("--embedding", "F32, F16, BF16, Q8_0, Q6_K, Q5_K, Q4_K, Q4_0 or MXFP4", format);
    }

    /** For people. */
    public String name() {
        return name + embedding.map(format -> ", embedding " + format).orElse("");
    }

    /** llama.cpp's number for it, where it has one. */
    public Optional<Integer> fileType() {
        return Optional.ofNullable(FILE_TYPES.get(name));
    }

    /**
     * The format of a tensor.
     *
     * @param tensor its name in a GGUF file
     * @param shape outermost dimension first
     * @param layers of the model
     * @param now that it has
     */
    public TensorFormat of(String tensor, List<Long> shape, int layers, TensorFormat now) {
        if (embedding.isPresent() && tensor.equals(EMBEDDING)) {
            return embedding.get();
        }
        // What a GGUF file does not have are floats of 8 bits, with scales beside them.
        TensorFormat kept = now.isOfGguf() ? now : TensorFormat.BF16;
        return matrices.map(most -> of(tensor, shape, layers, mixed, most)).orElse(kept);
    }

    private static TensorFormat of(String tensor, List<Long> shape, int layers, boolean mixed, TensorFormat most) {
        if (isSmall(tensor, shape)) {
            return TensorFormat.F32;
        }
        if (most == TensorFormat.MXFP4) {
            return tensor.endsWith("_exps.weight") ? most : TensorFormat.Q8_0;
        }
        if (!mixed) {
            return most;
        }
        if (tensor.endsWith("attn_v.weight") || tensor.endsWith("attn_k.weight")) {
            return TensorFormat.Q8_0;
        }
        boolean better =
                tensor.equals(OUTPUT) || (tensor.endsWith("ffn_down_exps.weight") && isBetter(layer(tensor), layers));
        return inWholeBlocks(better ? TensorFormat.Q6_K : most, shape);
    }

    /** Vectors, biases and routers, which have no matrices' worth of values. */
    private static boolean isSmall(String tensor, List<Long> shape) {
        return shape.size() < 2
                || !tensor.endsWith(".weight")
                || tensor.endsWith("norm.weight")
                || tensor.endsWith("ffn_gate_inp.weight");
    }

    /** What mixtures have in the place of blocks of 256 values where rows are no whole ones, as llama.cpp's do. */
    private static TensorFormat inWholeBlocks(TensorFormat format, List<Long> shape) {
        return shape.getLast() % format.blockSize() == 0
                ? format
                : switch (format) {
                    case Q4_K -> TensorFormat.Q5_0;
                    case Q5_K -> TensorFormat.Q5_1;
                    default -> TensorFormat.Q8_0;
                };
    }

    private static int layer(String tensor) {
        return Integer.parseInt(tensor.split("\\.")[1]);
    }

    /** The layers whose down projections get more bits in a mixture. */
    private static boolean isBetter(int layer, int layers) {
        int eighth = layers / 8;
        return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
    }
}
