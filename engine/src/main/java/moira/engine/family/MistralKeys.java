package moira.engine.family;

import static moira.engine.family.Place.each;
import static moira.engine.family.Place.named;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import moira.engine.architecture.Pairing;
import moira.engine.architecture.Part;
import moira.engine.architecture.RotarySpec;

/** What {@code params.json} says, in the words of Mistral's reference implementation, which takes over the names of Llama's weights. */
public final class MistralKeys extends HuggingFaceKeys {
    /** What that implementation calls the weights. */
    static final WeightNames NAMES = new WeightNames("layers.%d.", names());

    private static final Map<Key, String> WORDS = Map.of(
            Key.LAYERS, "n_layers",
            Key.WIDTH, "dim",
            Key.CONTEXT, "max_seq_len",
            Key.NORM_EPSILON, "norm_eps",
            Key.FEED_FORWARD_WIDTH, "hidden_dim",
            Key.HEADS, "n_heads",
            Key.KV_HEADS, "n_kv_heads");

    private static final Map<Key, String> WORDS_OF_MIXTURE =
            Map.of(Key.EXPERTS, "num_experts", Key.EXPERTS_PER_TOKEN, "num_experts_per_tok");

    private static final String MIXTURE = "moe";

    /** Of all models that came in this layout; few of the files say it. */
    private static final int CONTEXT = 32_768;

    private final Settings mixture;

    public MistralKeys(Settings settings) {
        super(settings);
        mixture = settings.within(MIXTURE);
    }

    boolean isMixture() {
        return settings().has(MIXTURE);
    }

    @Override
    String name(Key key) {
        return WORDS.getOrDefault(key, key.huggingFace().getFirst());
    }

    @Override
    public int positive(Key key) {
        return WORDS_OF_MIXTURE.containsKey(key) ? mixture.positive(WORDS_OF_MIXTURE.get(key)) : super.positive(key);
    }

    @Override
    public int context() {
        return positive(Key.CONTEXT, CONTEXT);
    }

    /** Where the file has no base: models with a window came first, with the smaller one. */
    @Override
    RotarySpec rotary(Family family, int dimensions, float otherwise) {
        float base = settings().positiveFloat("rope_theta", natural(Key.WINDOW) > 0 ? 1e4f : 1e6f);
        return new RotarySpec(base, dimensions, Pairing.INTERLEAVED, new RotarySpec.Unscaled());
    }

    @Override
    void requireAllRead() {
        mixture.requireAllRead("");
        super.requireAllRead();
    }

    private static Map<Part, List<Place>> names() {
        Map<Part, List<Place>> places = new EnumMap<>(Part.class);
        places.put(Part.EMBEDDING, List.of(named("tok_embeddings.weight")));
        places.put(Part.OUTPUT_NORM, List.of(named("norm.weight")));
        places.put(Part.OUTPUT, List.of(named("output.weight")));
        places.put(Part.ATTENTION_NORM, List.of(named("attention_norm.weight")));
        places.put(Part.QUERY, List.of(named("attention.wq.weight")));
        places.put(Part.KEY, List.of(named("attention.wk.weight")));
        places.put(Part.VALUE, List.of(named("attention.wv.weight")));
        places.put(Part.ATTENTION_OUTPUT, List.of(named("attention.wo.weight")));
        places.put(Part.FEED_FORWARD_NORM, List.of(named("ffn_norm.weight")));
        places.put(Part.GATE, List.of(named("feed_forward.w1.weight")));
        places.put(Part.UP, List.of(named("feed_forward.w3.weight")));
        places.put(Part.DOWN, List.of(named("feed_forward.w2.weight")));
        places.put(Part.ROUTER, List.of(named("feed_forward.gate.weight")));
        places.put(Part.EXPERT_GATE, List.of(each("feed_forward.experts.%d.w1.weight")));
        places.put(Part.EXPERT_UP, List.of(each("feed_forward.experts.%d.w3.weight")));
        places.put(Part.EXPERT_DOWN, List.of(each("feed_forward.experts.%d.w2.weight")));
        return places;
    }
}
