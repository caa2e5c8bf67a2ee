package moira.engine.family;

import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import moira.engine.MoiraException;
import moira.engine.architecture.Activation;
import moira.engine.architecture.Architecture;
import moira.engine.architecture.AttentionSpec;
import moira.engine.architecture.DenseSpec;
import moira.engine.architecture.FeedForwardSpec;
import moira.engine.architecture.GroupedQuerySpec;
import moira.engine.architecture.LayerSpec;
import moira.engine.architecture.MixtureSpec;
import moira.engine.architecture.NormSpec;
import moira.engine.architecture.RotarySpec;
import moira.engine.architecture.RouterSpec;
import moira.engine.architecture.Scales;

/** What a model's files say of it, whatever their kind: a family asks by {@link Key}, and what is the same in most families is here. */
public abstract sealed class Keys permits GgufKeys, HuggingFaceKeys {
    /** More layers than any model has: a header that says more is broken. */
    private static final int MOST_LAYERS = 9_999;

    private final Settings settings;

    Keys(Settings settings) {
        this.settings = settings;
    }

    /** What is not the same in both kinds of files is asked for by its own name. */
    Settings settings() {
        return settings;
    }

    /** The name of a setting in this kind of file. */
    abstract String name(Key key);

    /** Whether a layer routes, as the files show it; where they do not, as the family's rule has it. */
    abstract boolean routes(int layer, boolean byRule);

    /**
     * The rotary embedding.
     *
     * @param dimensions that are turned where the file does not say
     * @param otherwise the base where the file has none
     */
    abstract RotarySpec rotary(Family family, int dimensions, float otherwise);

    public boolean has(Key key) {
        return settings.has(name(key));
    }

    public int positive(Key key) {
        return settings.positive(name(key));
    }

    public int positive(Key key, int otherwise) {
        return settings.positive(name(key), otherwise);
    }

    public int natural(Key key) {
        return settings.natural(name(key));
    }

    public float positiveFloat(Key key, float otherwise) {
        return settings.positiveFloat(name(key), otherwise);
    }

    /** A number from 0; 0 if there is none. */
    public float naturalFloat(Key key) {
        return settings.naturalFloat(name(key));
    }

    public boolean truth(Key key, boolean otherwise) {
        return settings.truth(name(key), otherwise);
    }

    /** Layers that are computed: GGUF files count those that predict further tokens, too. */
    public int layers() {
        int ahead = this instanceof GgufKeys ? natural(Key.PREDICTION_LAYERS) : 0;
        letBe(Key.PREDICTION_LAYERS);
        int layers = positive(Key.LAYERS) - ahead;
        if (layers < 1) {
            throw settings.unexpected(name(Key.LAYERS), "more than the " + ahead + " that predict further tokens");
        }
        if (layers > MOST_LAYERS) {
            throw settings.unexpected(name(Key.LAYERS), "at most " + MOST_LAYERS);
        }
        return layers;
    }

    public int width() {
        return positive(Key.WIDTH);
    }

    public int context() {
        return positive(Key.CONTEXT);
    }

    abstract int vocabulary();

    public NormSpec norm() {
        return NormSpec.rms(settings.positiveFloat(name(Key.NORM_EPSILON)));
    }

    /** The epsilon of layer norms, which has a name of its own in some files. */
    public float epsilon() {
        return settings.positiveFloat(name(has(Key.LAYER_NORM_EPSILON) ? Key.LAYER_NORM_EPSILON : Key.NORM_EPSILON));
    }

    /** RMS norms where the file need not say how small their epsilon is. */
    public NormSpec norm(float otherwise) {
        return NormSpec.rms(positiveFloat(Key.NORM_EPSILON, otherwise));
    }

    /** The width of a head: where a file does not say, the heads share the width of a hidden state. */
    public int headWidth() {
        if (has(Key.HEAD_WIDTH)) {
            return positive(Key.HEAD_WIDTH);
        }
        int heads = positive(Key.HEADS);
        if (width() % heads != 0) {
            throw MoiraException.expected(settings.where(), "a width that " + heads + " heads divide", width());
        }
        return width() / heads;
    }

    /** Grouped-query attention of which all of a head is turned, without window, biases and norms. */
    public GroupedQuerySpec groupedQuery(Family family, float otherwiseBase) {
        int heads = positive(Key.HEADS);
        int headWidth = headWidth();
        RotarySpec rotary = rotary(family, headWidth, otherwiseBase);
        if (rotary.dimensions() != headWidth && !family.turnsInPart()) {
            throw MoiraException.expected(
                    settings.where() + ": rotary embedding",
                    "of all " + headWidth + " dimensions of a head",
                    "of " + rotary.dimensions());
        }
        return GroupedQuerySpec.of(heads, positive(Key.KV_HEADS, heads), headWidth, rotary);
    }

    /** One gated unit for all tokens. */
    public DenseSpec dense() {
        return new DenseSpec(positive(Key.FEED_FORWARD_WIDTH), new Activation.SwiGlu());
    }

    /** A mixture of SwiGLU experts, and no others. */
    public MixtureSpec mixture(RouterSpec router) {
        return mixture(router, positive(has(Key.EXPERT_WIDTH) ? Key.EXPERT_WIDTH : Key.FEED_FORWARD_WIDTH));
    }

    /** The same where files without a width of an expert mean another one. */
    MixtureSpec mixture(RouterSpec router, int expertWidth) {
        letBe(Key.FEED_FORWARD_WIDTH, Key.EXPERT_WIDTH);
        return new MixtureSpec(
                positive(Key.EXPERTS),
                positive(Key.EXPERTS_PER_TOKEN),
                expertWidth,
                new Activation.SwiGlu(),
                false,
                router,
                Optional.empty());
    }

    /** These settings may be there and say nothing that is not known. */
    void letBe(Key... keys) {
        for (Key key : keys) {
            settings.get(name(key));
        }
    }

    /** A decoder whose layers have the norm of its output. */
    public Architecture architecture(Family family, NormSpec norm, IntFunction<LayerSpec> layer) {
        return new Architecture(
                family.name(),
                width(),
                vocabulary(),
                context(),
                IntStream.range(0, layers()).mapToObj(layer).toList(),
                norm,
                false,
                Scales.NONE);
    }

    /** A decoder whose layers are all alike. */
    public Architecture architecture(Family family, NormSpec norm, AttentionSpec attention, FeedForwardSpec unit) {
        LayerSpec layer = new LayerSpec(norm, attention, unit);
        return architecture(family, norm, number -> layer);
    }

    /** Refuses what nobody asked for. */
    abstract void requireAllRead();
}
