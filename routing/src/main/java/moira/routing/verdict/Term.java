package moira.routing.verdict;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * What one cue explains of one layer. What cannot be had is null.
 *
 * @param name in words
 * @param quantity its name in the table {@code information}
 * @param bits corrected for chance
 * @param share of H(X)
 * @param ciLow lower end of the 95 % interval of {@code share}
 * @param ciHigh its upper end
 * @param p corrected over the layers
 * @param holds whether it counts; null where it was not tested
 * @param smallestEffect the share that would just have reached p = 0.05 in one layer: null_p95 - null_bits over H(X)
 */
public record Term(
        String name,
        String quantity,
        Double bits,
        Double share,
        Double ciLow,
        Double ciHigh,
        Double p,
        Boolean holds,
        Standing standing,
        Double smallestEffect)
        implements Explanation {

    static Term of(String name, String quantity, Information.Quantity row, double p, double entropy, Rule rule) {
        double share = row.bits() / entropy;
        double low = row.low() / entropy;
        Standing standing = standing(share, low, p, rule);
        return new Term(
                name,
                quantity,
                orNull(row.bits()),
                orNull(share),
                orNull(low),
                orNull(row.high() / entropy),
                orNull(p),
                standing == Standing.UNTESTED ? null : standing == Standing.HOLDS,
                standing,
                orNull(Math.max(0, row.nullP95() - row.nullBits()) / entropy));
    }

    private static Standing standing(double share, double low, double p, Rule rule) {
        if (Double.isNaN(p)) {
            return Standing.UNTESTED;
        }
        // Without an interval (one document a domain) a p-value alone carries nothing.
        boolean beyondChance = p <= rule.level() && low > 0;
        if (!beyondChance) {
            return Standing.NOT_SHOWN;
        }
        return share < rule.floor() ? Standing.NEGLIGIBLE : Standing.HOLDS;
    }

    /** Whether it is beyond chance, be it negligible. */
    @JsonIgnore
    boolean detectable() {
        return standing == Standing.HOLDS || standing == Standing.NEGLIGIBLE;
    }

    static Double orNull(double x) {
        return Double.isFinite(x) ? (Double) x : null;
    }
}
