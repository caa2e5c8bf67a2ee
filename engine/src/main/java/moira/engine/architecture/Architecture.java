package moira.engine.architecture;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import moira.engine.MoiraException;

/**
 * A decoder, described. Layers may differ in what they are, but all mixtures of a model have one shape, and so have all attentions, up to
 * their windows.
 *
 * @param family for people: {@code mixtral}
 * @param width of a hidden state ({@code dim} in the Mixtral paper, table 1)
 * @param vocabulary rows of the embedding
 * @param context the longest sequence the model was made for
 * @param outputBiased whether logits have a bias
 */
public record Architecture(
        String family,
        int width,
        int vocabulary,
        int context,
        List<LayerSpec> layers,
        NormSpec outputNorm,
        boolean outputBiased,
        Scales scales) {

    /** The most values of a token in any one place, so that 16 rows of a matrix, a panel, fit an array. */
    public static final int LARGEST = (1 << 27) - 1;

    public Architecture {
        layers = List.copyOf(layers);
    }

    /** How many layers there are. */
    public int depth() {
        return layers.size();
    }

    /** The layers that route their tokens, in order. */
    public List<Integer> routedLayers() {
        return IntStream.range(0, depth())
                .filter(layer -> layers.get(layer).routes())
                .boxed()
                .toList();
    }

    /** What all layers that route are made of; empty for a dense model. */
    public Optional<MixtureSpec> mixture() {
        return layers.stream().flatMap(layer -> layer.mixture().stream()).findFirst();
    }

    /** The attention of the first layer: those of others differ in their windows alone. */
    public AttentionSpec attention() {
        return layers.getFirst().attention();
    }

    /** E, of each layer that routes; 0 for a dense model. */
    public int experts() {
        return mixture().map(MixtureSpec::experts).orElse(0);
    }

    /** k; 0 for a dense model. */
    public int expertsPerToken() {
        return mixture().map(MixtureSpec::expertsPerToken).orElse(0);
    }

    /** Values of one expert. */
    public long expertSize() {
        return mixture().map(m -> 3L * width * m.expertWidth()).orElse(0L);
    }

    /**
     * The same model with another k.
     *
     * @throws MoiraException if it has no experts, or fewer
     */
    public Architecture withExpertsPerToken(int k) {
        if (k < 1 || k > experts()) {
            throw MoiraException.expected(
                    "experts per token",
                    experts() == 0 ? "none, of a dense model" : "1 to the model's " + experts(),
                    k);
        }
        List<LayerSpec> changed = layers.stream()
                .map(layer -> layer.mixture()
                        .map(m -> new LayerSpec(layer.norm(), layer.attention(), m.withExpertsPerToken(k)))
                        .orElse(layer))
                .toList();
        return new Architecture(family, width, vocabulary, context, changed, outputNorm, outputBiased, scales);
    }

    public Architecture withScales(Scales other) {
        return new Architecture(family, width, vocabulary, context, layers, outputNorm, outputBiased, other);
    }

    public Architecture withOutputBias() {
        return new Architecture(family, width, vocabulary, context, layers, outputNorm, true, scales);
    }

    /**
     * This, if its dimensions, each positive by itself, go together.
     *
     * @param where the file or option, for the error
     * @throws MoiraException if they do not
     */
    public Architecture checked(String where) {
        atMostLargest(where + ", vocabulary", vocabulary);
        atMostLargest(where + ", width", width);
        layers.stream().map(LayerSpec::attention).distinct().forEach(attention -> check(attention, where));
        layers.stream().map(LayerSpec::feedForward).distinct().forEach(unit -> check(unit, where));
        mixture()
                .ifPresent(first -> layers.stream()
                        .flatMap(layer -> layer.mixture().stream())
                        .filter(other -> !other.equals(first))
                        .findFirst()
                        .ifPresent(other -> {
                            throw MoiraException.expected(
                                    where, "the same experts in each layer that has some", "others");
                        }));
        return this;
    }

    private void check(AttentionSpec a, String where) {
        atMostLargest(where + ", heads times their width", (long) a.heads() * a.keyWidth());
        if (a.heads() % a.cachedHeads() != 0) {
            throw MoiraException.expected(
                    where, "a number of heads that " + a.cachedHeads() + " KV heads divide", a.heads());
        }
        int turned = a.rotary().dimensions();
        if (turned % 2 != 0 || turned < 2 || turned > a.keyWidth()) {
            throw MoiraException.expected(where, "an even width of a head, for the rotary embedding", turned);
        }
        AttentionSpec first = attention();
        if (a.heads() != first.heads() || a.keyWidth() != first.keyWidth() || a.valueWidth() != first.valueWidth()) {
            throw MoiraException.expected(where, "heads of the same width in each layer", "others");
        }
    }

    private void check(FeedForwardSpec unit, String where) {
        switch (unit) {
            case DenseSpec dense -> atMostLargest(where + ", feed-forward width", dense.width());
            case MixtureSpec m -> check(m, where);
        }
    }

    private void check(MixtureSpec m, String where) {
        int k = m.expertsPerToken();
        atMostLargest(where + ", experts", m.experts());
        atMostLargest(where + ", experts per token times width", (long) k * width);
        atMostLargest(where + ", experts per token times their width", (long) k * m.expertWidth());
        m.shared().ifPresent(shared -> atMostLargest(where + ", shared experts' width", shared.width()));
        if (k > m.experts()) {
            throw MoiraException.expected(where, "at most " + m.experts() + " experts per token", k);
        }
        m.router().groups().ifPresent(groups -> {
            int size = m.experts() / Math.max(1, groups.count());
            if (groups.count() < 1 || m.experts() % groups.count() != 0 || groups.best() > size) {
                throw MoiraException.expected(where, "groups that share " + m.experts() + " experts", groups.count());
            }
            if (groups.kept() < 1 || groups.kept() > groups.count() || (long) groups.kept() * size < k) {
                throw MoiraException.expected(where, "kept groups of at least " + k + " experts", groups.kept());
            }
        });
    }

    private static void atMostLargest(String where, long found) {
        if (found > LARGEST) {
            throw MoiraException.expected(where, "at most " + LARGEST, found);
        }
    }
}
