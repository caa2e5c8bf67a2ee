package moira.routing.information;

/**
 * What a quantity came to, in bits. What cannot be had is NaN.
 *
 * @param bits the plug-in value
 * @param nullBits what chance alone would give
 * @param correctedBits what is left of the bits
 * @param resampled the corrected bits, as other texts would vary them; none where that is not known
 * @param pValue of no effect
 * @param nullP95 what chance exceeds in 5 % of cases
 * @param permutations behind the null, 0 for an exact one
 */
// Lives for one row of a table.
@SuppressWarnings("ArrayRecordComponent")
public record Estimate(
        Quantity quantity,
        double bits,
        double nullBits,
        double correctedBits,
        double[] resampled,
        double pValue,
        double nullP95,
        int permutations) {
    private static final double[] NONE = {};

    /** Without a null by permutation. */
    static Estimate exact(Quantity quantity, double bits, double nullBits, double correctedBits) {
        return new Estimate(quantity, bits, nullBits, correctedBits, NONE, Double.NaN, Double.NaN, 0);
    }
}
