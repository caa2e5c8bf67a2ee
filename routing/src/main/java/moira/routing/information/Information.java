package moira.routing.information;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Everything about some texts that does not depend on the layer, ready to measure one layer after the other. */
public final class Information {
    private final Texts texts;
    private final long seed;
    private final int[] domains;
    private final WithinDocuments within;
    private final Map<Quantity, OverUnits> over = new EnumMap<>(Quantity.class);
    private final Map<Quantity, Design> designs = new EnumMap<>(Quantity.class);

    /**
     * @param permutations the most that will be asked for
     * @param seed of all of them
     */
    public Information(Texts texts, int permutations, long seed) {
        this(texts, permutations, seed, EnumSet.allOf(Quantity.class));
    }

    /** @param wanted quantities; to leave some out saves time and changes nothing about the others */
    public Information(Texts texts, int permutations, long seed, Set<Quantity> wanted) {
        this.texts = texts;
        this.seed = seed;
        this.domains = texts.domainOfTokens();
        this.within = new WithinDocuments(texts, wanted);
        if (texts.domainCount() > 1) {
            Labellings labellings = new Labellings(texts.domains, permutations, seed);
            add(Quantity.DOMAIN, null, labellings);
            if (texts.tokens != null) {
                add(Quantity.DOMAIN_GIVEN_TOKEN, texts.tokens, labellings);
            }
        }
    }

    private void add(Quantity quantity, int[] stratum, Labellings labellings) {
        Strata strata = Strata.of(stratum, texts.units);
        over.put(quantity, new OverUnits(strata, labellings));
        designs.put(quantity, Design.of(strata, labellings));
    }

    /**
     * Measures a layer.
     *
     * @param first the first choices, whichever are measured: the choice before a token is one of them
     * @return what can be had, in the order of {@link Quantity}
     */
    public List<Estimate> measure(Choices choices, Choices first, int permutations, Resamples resamples) {
        List<Estimate> estimates = new ArrayList<>();
        Plugin entropy = Plugin.entropy(choices, texts.units, texts.unitCount());
        estimates.add(new Estimate(
                Quantity.ENTROPY,
                entropy.bits(),
                NLog2N.log2(choices.experts()),
                entropy.bits(),
                resamples.means(entropy.sums(), entropy.sizes()),
                Double.NaN,
                Double.NaN,
                0));
        Map<Quantity, double[]> gains = within.gains(choices, first, permutations, seed);
        for (Quantity quantity : Quantity.values()) {
            if (gains.containsKey(quantity) || over.containsKey(quantity)) {
                Plugin plugin = Plugin.of(grouping(quantity, first), choices, texts.units, texts.unitCount());
                if (plugin.size() > 0) {
                    Null none = gains.containsKey(quantity)
                            ? Null.shuffled(plugin, gains.get(quantity))
                            : Null.labelled(
                                    plugin, over.get(quantity).values(choices, permutations), designs.get(quantity));
                    estimates.add(none.estimate(quantity, plugin, resamples));
                }
            }
        }
        return estimates;
    }

    /**
     * What the domain tells once the token is known, as {@link Counts} of the same tokens would have it, which know no documents: how
     * much of such a figure the documents' own repetition makes is what is left when {@link #measure}'s is taken away.
     *
     * @return empty where there are no tokens, or no documents that could be told apart
     */
    public Optional<Estimate> byCounts(Choices choices) {
        if (texts.tokens == null || texts.domainCount() < 2 || texts.unitCount() == texts.domainCount()) {
            return Optional.empty();
        }
        double[] ones = new double[choices.of().length];
        Arrays.fill(ones, 1);
        int k = choices.perToken();
        Counts counts =
                new Counts(each(domains, k), each(texts.tokens, k), widened(choices), ones, k, choices.experts());
        Estimate blind = counts.information(Quantity.DOMAIN_GIVEN_TOKEN);
        return Optional.of(Estimate.exact(
                Quantity.DOMAIN_GIVEN_TOKEN_BY_COUNTS, blind.bits(), blind.nullBits(), blind.correctedBits()));
    }

    private static int[] each(int[] values, int times) {
        int[] repeated = new int[values.length * times];
        Arrays.setAll(repeated, i -> values[i / times]);
        return repeated;
    }

    private Grouping grouping(Quantity quantity, Choices first) {
        return switch (quantity) {
            case ENTROPY, DOMAIN_GIVEN_TOKEN_BY_COUNTS ->
                throw new IllegalArgumentException("not paired with anything");
            case DOMAIN -> Grouping.of(null, domains);
            case TOKEN -> Grouping.of(null, texts.tokens);
            case DOMAIN_GIVEN_TOKEN -> Grouping.of(texts.tokens, domains);
            case TOKEN_GIVEN_DOMAIN -> Grouping.of(domains, texts.tokens);
            case PREVIOUS_TOKEN -> Grouping.of(null, texts.previous(texts.tokens));
            case PREVIOUS_CHOICE -> Grouping.of(null, texts.previous(widened(first)));
            case POSITION -> Grouping.of(null, texts.buckets());
            case CLASS -> Grouping.of(null, texts.classOfTokens());
        };
    }

    static int[] widened(Choices first) {
        int[] experts = new int[first.of().length];
        Arrays.setAll(experts, i -> first.of()[i]);
        return experts;
    }
}
