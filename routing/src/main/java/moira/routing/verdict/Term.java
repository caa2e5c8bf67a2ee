package moira.routing.verdict;

import com.fasterxml.jackson.annotation.JsonIgnore;
import moira.routing.result.Text;

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
 * @param smallestEffect the share that would just have reached p = 0.05 in one layer: null_p95 - null_bits over H(X), made larger as
 *     the corrected bits are, since the null contains some of any effect; null where no effect could have reached it, and
 *     of domains where one did
 * @param untested why it could not be tested; null where it was
 * @param upperBound whether the share is one that the truth does not exceed: of a domain without documents, since what the documents
 *     of a domain repeat is in it
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
        Double smallestEffect,
        String untested,
        boolean upperBound)
        implements Explanation {
    static final String NO_DOCUMENTS = "it takes several documents of a domain";

    /**
     * @param p corrected over the layers
     * @param smallestP that any effect could have had in one layer
     */
    static Term of(
            String name,
            String quantity,
            Information.Quantity row,
            double p,
            double smallestP,
            double entropy,
            Rule rule) {
        double share = row.bits() / entropy;
        double low = row.low() / entropy;
        String untested = untested(row, smallestP, rule);
        Standing standing = untested == null ? standing(share, low, p, rule) : Standing.UNTESTED;
        return new Term(
                name,
                quantity,
                orNull(row.bits()),
                orNull(share),
                orNull(low),
                orNull(row.high() / entropy),
                orNull(p),
                untested == null ? (Boolean) (standing == Standing.HOLDS) : null,
                standing,
                showsWhatCouldNot(quantity, untested, standing) ? orNull(row.smallestEffect() / entropy) : null,
                untested,
                Double.isNaN(row.p()) && Cue.isAboutDomains(quantity));
    }

    /** Where domains do tell something, shuffled domains still tell some of it, and their null no longer says what chance does. */
    private static boolean showsWhatCouldNot(String quantity, String untested, Standing standing) {
        return untested == null && (standing == Standing.NOT_SHOWN || !Cue.isAboutDomains(quantity));
    }

    private static String untested(Information.Quantity row, double smallestP, Rule rule) {
        if (Double.isNaN(row.p())) {
            return NO_DOCUMENTS;
        }
        if (smallestP > rule.level()) {
            return Text.of("so few documents allow no p below %.2g", smallestP);
        }
        // Without an interval (one document a domain) a p-value alone carries nothing.
        return Double.isNaN(row.low()) ? "so few documents give no interval" : null;
    }

    private static Standing standing(double share, double low, double p, Rule rule) {
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
