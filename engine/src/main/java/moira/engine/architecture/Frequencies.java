package moira.engine.architecture;

import java.util.ArrayList;
import java.util.List;
import moira.engine.architecture.RotarySpec.Linear;
import moira.engine.architecture.RotarySpec.Listed;
import moira.engine.architecture.RotarySpec.Llama3;
import moira.engine.architecture.RotarySpec.LongRope;
import moira.engine.architecture.RotarySpec.Unscaled;
import moira.engine.architecture.RotarySpec.Yarn;

/** How fast the pairs of a rotary embedding turn, in radians a position. */
public final class Frequencies {
    private Frequencies() {}

    /**
     * The frequency of each pair, {@code [dimensions / 2]}.
     *
     * @param beyond whether the sequence outgrows the context of the training before, where that matters
     */
    public static float[] of(RotarySpec rotary, boolean beyond) {
        float[] plain = plain(rotary);
        return switch (rotary.scaling()) {
            case Unscaled _ -> plain;
            case Linear linear -> divided(plain, linear.factor());
            case Yarn yarn -> yarn(rotary, yarn, plain);
            case Llama3 llama -> llama3(llama, plain);
            case LongRope longRope -> divided(plain, beyond ? longRope.longFactors() : longRope.shortFactors());
            case Listed listed -> divided(plain, listed.factors());
        };
    }

    /** What sines and cosines are multiplied with. */
    public static float magnitude(RotarySpec rotary, boolean beyond) {
        return switch (rotary.scaling()) {
            case Yarn yarn -> yarn.magnitude();
            case LongRope longRope -> beyond ? longRope.longMagnitude() : longRope.shortMagnitude();
            case Unscaled _, Linear _, Llama3 _, Listed _ -> 1;
        };
    }

    /** What each pair's frequency is divided by, of an embedding that does not depend on the sequence. */
    public static List<Float> factors(RotarySpec rotary) {
        float[] plain = plain(rotary);
        float[] scaled = of(rotary, false);
        List<Float> factors = new ArrayList<>();
        for (int i = 0; i < plain.length; i++) {
            factors.add(plain[i] / scaled[i]);
        }
        return factors;
    }

    /** {@code base^(-2i / dimensions)}, in floats as the reference implementations have it. */
    private static float[] plain(RotarySpec rotary) {
        float[] frequencies = new float[rotary.pairs()];
        for (int i = 0; i < frequencies.length; i++) {
            float exponent = 2f * i / rotary.dimensions();
            frequencies[i] = 1 / (float) StrictMath.pow(rotary.base(), exponent);
        }
        return frequencies;
    }

    private static float[] divided(float[] frequencies, float factor) {
        float[] result = new float[frequencies.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = frequencies[i] / factor;
        }
        return result;
    }

    private static float[] divided(float[] frequencies, List<Float> factors) {
        float[] result = new float[frequencies.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = frequencies[i] / factors.get(i);
        }
        return result;
    }

    /** A ramp between the pairs that turn often enough and those that do not (arXiv 2309.00071, eq. 18 to 20). */
    private static float[] yarn(RotarySpec rotary, Yarn yarn, float[] plain) {
        double low = Math.max(0, pair(rotary, yarn, yarn.betaFast(), false));
        double high = Math.min(rotary.dimensions() - 1, pair(rotary, yarn, yarn.betaSlow(), true));
        double width = low == high ? 0.001 : high - low;
        float[] result = new float[plain.length];
        for (int i = 0; i < result.length; i++) {
            float ramp = (float) Math.clamp((i - low) / width, 0.0, 1.0);
            result[i] = plain[i] / yarn.factor() * ramp + plain[i] * (1 - ramp);
        }
        return result;
    }

    /** The pair, in fractions, that turns so often within the original context. */
    private static double pair(RotarySpec rotary, Yarn yarn, float turns, boolean up) {
        double pair = rotary.dimensions()
                * StrictMath.log(yarn.originalContext() / (turns * 2 * Math.PI))
                / (2 * StrictMath.log(rotary.base()));
        if (!yarn.truncated()) {
            return pair;
        }
        return up ? Math.ceil(pair) : Math.floor(pair);
    }

    private static float[] llama3(Llama3 llama, float[] plain) {
        float[] result = new float[plain.length];
        for (int i = 0; i < result.length; i++) {
            double turns = llama.originalContext() * (double) plain[i] / (2 * Math.PI);
            double smooth = Math.clamp((turns - llama.low()) / (llama.high() - llama.low()), 0.0, 1.0);
            result[i] = (float) ((1 - smooth) * plain[i] / llama.factor() + smooth * plain[i]);
        }
        return result;
    }
}
