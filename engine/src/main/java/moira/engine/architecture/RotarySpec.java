package moira.engine.architecture;

import java.util.List;

/**
 * A rotary position embedding (arXiv 2104.09864, eq. 34): pair i at position m is turned by {@code m * base^(-2i / dimensions)}.
 *
 * @param base theta
 * @param dimensions of a head that are turned, from its first on; the others stay
 * @param scaling what makes the angles reach beyond the context of the training
 */
public record RotarySpec(float base, int dimensions, Pairing pairing, Scaling scaling) {

    /** A change of the frequencies, and of the length of what is turned. */
    public sealed interface Scaling {}

    /** None. */
    public record Unscaled() implements Scaling {}

    /** Every position counts for 1 / factor (arXiv 2306.15595). */
    public record Linear(float factor) implements Scaling {}

    /**
     * YaRN (arXiv 2309.00071, section 3.2): high frequencies stay, low ones are divided by the factor, a ramp between them.
     *
     * @param originalContext of the training before
     * @param betaFast turns within the original context above which a frequency stays
     * @param betaSlow turns below which it is divided
     * @param magnitude sines and cosines are multiplied with
     * @param truncated whether the ends of the ramp are whole dimensions
     */
    public record Yarn(
            float factor, int originalContext, float betaFast, float betaSlow, float magnitude, boolean truncated)
            implements Scaling {
        public Yarn withMagnitude(float other) {
            return new Yarn(factor, originalContext, betaFast, betaSlow, other, truncated);
        }

        public Yarn untruncated() {
            return new Yarn(factor, originalContext, betaFast, betaSlow, magnitude, false);
        }
    }

    /**
     * LongRoPE (arXiv 2402.13753): frequencies are divided by listed factors, others for sequences beyond the original context.
     *
     * @param shortFactors {@code [dimensions / 2]}
     * @param longFactors {@code [dimensions / 2]}
     * @param shortMagnitude sines and cosines are multiplied with
     */
    public record LongRope(
            List<Float> shortFactors,
            List<Float> longFactors,
            int originalContext,
            float shortMagnitude,
            float longMagnitude)
            implements Scaling {
        public LongRope {
            shortFactors = List.copyOf(shortFactors);
            longFactors = List.copyOf(longFactors);
        }
    }

    /**
     * Llama 3.1's: wavelengths beyond {@code originalContext / low} are stretched by the factor, those below {@code originalContext / high} stay.
     *
     * @param low {@code low_freq_factor}
     * @param high {@code high_freq_factor}
     */
    public record Llama3(float factor, float low, float high, int originalContext) implements Scaling {}

    /**
     * Each frequency is divided by a number of its own.
     *
     * @param factors {@code [dimensions / 2]}
     */
    public record Listed(List<Float> factors) implements Scaling {
        public Listed {
            factors = List.copyOf(factors);
        }
    }

    /** Pairs that are turned. */
    public int pairs() {
        return dimensions / 2;
    }

    public RotarySpec with(Pairing other) {
        return new RotarySpec(base, dimensions, other, scaling);
    }
}
