package moira.routing.information;

import java.util.Arrays;

/**
 * A null, and what it makes of a plug-in value.
 *
 * @param values in bits, one a permutation; observed bits are compared with them
 * @param amplification of what is left
 */
@SuppressWarnings("ArrayRecordComponent")
record Null(double[] values, double amplification) {
    /** Equal partitions add up in another order, and may come out this much apart. */
    private static final double ROUNDING = 1e-12;

    /**
     * @param gains of the information under permutation, in bits times choices
     */
    static Null shuffled(Plugin plugin, double[] gains) {
        double size = plugin.size();
        return new Null(
                Arrays.stream(gains).map(gain -> plugin.bits() + gain / size).toArray(), 1);
    }

    /**
     * @param values of {@link OverUnits#values}
     */
    static Null labelled(Plugin plugin, double[] values, Design design) {
        double[] permuted = Arrays.copyOfRange(values, 1, values.length);
        double mean = mean(permuted);
        for (int i = 0; i < permuted.length; i++) {
            double value = design.ratio() * mean + design.spread() * (permuted[i] - mean);
            permuted[i] = plugin.bits() + (value - values[0]) / plugin.size();
        }
        return new Null(permuted, design.amplification());
    }

    Estimate estimate(Quantity quantity, Plugin plugin, Resamples resamples) {
        double mean = mean(values);
        double corrected = (plugin.bits() - mean) * amplification;
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        long reached = Arrays.stream(values)
                .filter(value -> value >= plugin.bits() - ROUNDING)
                .count();
        return new Estimate(
                quantity,
                plugin.bits(),
                mean,
                corrected,
                Double.isNaN(corrected) ? new double[0] : resampled(plugin, corrected, resamples),
                (1.0 + reached) / (1 + values.length),
                sorted[(int) Math.ceil(0.95 * sorted.length) - 1],
                values.length);
    }

    /**
     * Where there is no effect, the linearised bootstrap has the plug-in's noise twice, once in the units and once in the weights that
     * were estimated from them; the null's variance is that noise, and is taken out once. The further an effect stands out of the null
     * the less of the variance is noise of this kind, and the less is taken out: half at three standard deviations.
     */
    private double[] resampled(Plugin plugin, double corrected, Resamples resamples) {
        double[] means = resamples.means(plugin.sums(), plugin.sizes());
        double variance = variance(means);
        double noise = variance(values);
        double above = Math.max(0, plugin.bits() - mean(values)) / (3 * Math.sqrt(noise));
        double twice = noise > 0 ? noise / (1 + Math.pow(above, 4)) : 0;
        double scale = variance > 0 ? Math.sqrt(Math.max(variance - twice, noise) / variance) : 1;
        for (int i = 0; i < means.length; i++) {
            means[i] = corrected + amplification * scale * (means[i] - plugin.bits());
        }
        return means;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0);
    }
}
