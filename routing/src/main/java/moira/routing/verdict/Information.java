package moira.routing.verdict;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import moira.engine.MoiraException;
import moira.routing.result.Columns;
import moira.routing.result.Tables;

/**
 * The table {@code information}, of one kind of choices.
 *
 * @param choices {@code first}, or {@code either} where only that exists, or only that knows tokens
 * @param layers by layer and quantity
 */
record Information(String choices, SortedMap<Integer, Map<String, Quantity>> layers) {
    /**
     * A row. Bits and intervals are corrected for chance; an interval or p-value that the table does not have is NaN.
     *
     * @param bits corrected
     * @param low of the 95 % interval of {@code bits}
     * @param nullBits mean of the permuted values
     * @param nullP95 their 95th percentile
     */
    record Quantity(
            double rawBits,
            double bits,
            double low,
            double high,
            double p,
            double nullBits,
            double nullP95,
            long permutations) {
        /** The bits that would just have reached p = 0.05, on the scale of {@link #bits}; NaN where that is not known. */
        double smallestEffect() {
            return Math.max(0, nullP95 - nullBits) * bits / (rawBits - nullBits);
        }
    }

    private static final String ENTROPY = "entropy";

    /** Empty where the analysis has no such table, or no row in it. */
    static Optional<Information> of(Tables tables) {
        if (!tables.has("information")) {
            return Optional.empty();
        }
        Columns rows = tables.query("""
                SELECT * FROM information
                WHERE choices = (SELECT choices FROM information WHERE choices IN ('first', 'either')
                                 GROUP BY choices ORDER BY bool_or(quantity = 'token') DESC, choices DESC LIMIT 1)
                ORDER BY layer""");
        if (rows.rows() == 0) {
            return Optional.empty();
        }
        SortedMap<Integer, Map<String, Quantity>> layers = new TreeMap<>();
        for (int i = 0; i < rows.rows(); i++) {
            layers.computeIfAbsent(rows.integer(i, "layer"), layer -> new TreeMap<>())
                    .put(rows.string(i, "quantity"), quantity(rows, i));
        }
        return Optional.of(new Information(rows.string(0, "choices"), layers));
    }

    private static Quantity quantity(Columns rows, int i) {
        double corrected = rows.number(i, "corrected_bits");
        // What could not be corrected was not tested, whatever its p-value.
        double p = Double.isNaN(corrected) ? Double.NaN : rows.number(i, "p_value");
        return new Quantity(
                rows.number(i, "bits"),
                Double.isNaN(corrected) ? rows.number(i, "bits") : corrected,
                rows.number(i, "ci_low"),
                rows.number(i, "ci_high"),
                p,
                rows.number(i, "null_bits"),
                rows.number(i, "null_p95"),
                (long) rows.number(i, "permutations"));
    }

    /** H(X) of a layer, in bits. */
    double entropy(int layer) {
        Quantity entropy = layers.get(layer).get(ENTROPY);
        if (entropy == null) {
            throw MoiraException.expected("table information", "the entropy of layer " + layer, "no such row");
        }
        return entropy.rawBits();
    }

    /** Empty where the table has no such row. */
    Optional<Quantity> get(int layer, String quantity) {
        return Optional.ofNullable(layers.get(layer).get(quantity));
    }

    boolean has(String quantity) {
        return layers.values().stream().anyMatch(rows -> rows.containsKey(quantity));
    }
}
