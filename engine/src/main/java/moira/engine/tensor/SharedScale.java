package moira.engine.tensor;

/** The half that the scales of a super-block's groups are whole multiples of. */
final class SharedScale {
    private SharedScale() {}

    /**
     * Tries every multiple for the largest scale, and takes the half with the smallest {@code sum w (a - d round(a / d))^2}.
     *
     * @param scales a, of the groups
     * @param weights w, what an error of a scale costs, over its square
     * @param most the largest multiple
     * @return d, the value of a half
     */
    static float best(float[] scales, float[] weights, int most) {
        float peak = SignedScale.peak(scales, 0, scales.length);
        float best = half(peak / most);
        float least = error(scales, weights, best, most);
        for (int multiple = most - 1; multiple > 0 && least > 0; multiple--) {
            float scale = half(peak / multiple);
            float error = error(scales, weights, scale, most);
            if (error < least) {
                least = error;
                best = scale;
            }
        }
        return best;
    }

    /** The nearest half; an infinite one where there is none so large. */
    static float half(float value) {
        return Float.float16ToFloat(Float.floatToFloat16(value));
    }

    /** The multiple that is nearest, from {@code least} to {@code most}; of a scale of 0 none. */
    static int multiple(float value, float scale, int least, int most) {
        return scale == 0 ? 0 : Math.clamp(Math.round(value / scale), least, most);
    }

    private static float error(float[] scales, float[] weights, float scale, int most) {
        float sum = 0;
        for (int g = 0; g < scales.length; g++) {
            float difference = scales[g] - scale * multiple(scales[g], scale, -most, most);
            sum += weights[g] * difference * difference;
        }
        return sum;
    }
}
