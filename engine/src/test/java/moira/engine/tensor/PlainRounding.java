package moira.engine.tensor;

/** The values that the obvious quantiser makes: the ends of a group on the ends of the codes, everything rounded to the nearest. */
final class PlainRounding {
    private PlainRounding() {}

    static float[] of(TensorFormat format, float[] values) {
        float[] out = new float[values.length];
        for (int at = 0; at < values.length; at += format.blockSize()) {
            switch (format) {
                case Q8_0 -> signed(values, out, at, 32, half(peak(values, at, 32) / 127), -128, 127);
                case Q4_0 -> signed(values, out, at, 32, half(peak(values, at, 32) / 7), -8, 7);
                case Q6_K -> sixBits(values, out, at);
                case MXFP4 -> levels(values, out, at);
                case Q4_K -> affine(values, out, at, 15);
                case Q5_K -> affine(values, out, at, 31);
                default -> throw new IllegalArgumentException(format.toString());
            }
        }
        return out;
    }

    private static float peak(float[] x, int at, int count) {
        float peak = 0;
        for (int i = at; i < at + count; i++) {
            peak = Math.max(peak, Math.abs(x[i]));
        }
        return peak;
    }

    private static void signed(float[] x, float[] out, int at, int count, float step, int least, int most) {
        for (int i = at; i < at + count; i++) {
            out[i] = step == 0 ? 0 : step * Math.clamp(Math.round(x[i] / step), least, most);
        }
    }

    /** As llama.cpp does it. */
    private static void levels(float[] x, float[] out, int at) {
        float peak = peak(x, at, 32);
        double scale = peak == 0 ? 0 : Math.pow(2, Math.floor(Math.log(peak) / Math.log(2)) - 2);
        for (int i = at; i < at + 32; i++) {
            double least = Double.POSITIVE_INFINITY;
            for (double level : new double[] {0, 0.5, 1, 1.5, 2, 3, 4, 6}) {
                double value = Math.copySign(level * scale, x[i]);
                if (Math.abs(value - x[i]) < least) {
                    least = Math.abs(value - x[i]);
                    out[i] = (float) value;
                }
            }
        }
    }

    private static void sixBits(float[] x, float[] out, int at) {
        float scale = half(peak(x, at, 256) / 31 / 127);
        for (int g = at; g < at + 256; g += 16) {
            signed(x, out, g, 16, scale * Math.round(peak(x, g, 16) / 31 / scale), -32, 31);
        }
    }

    private static void affine(float[] x, float[] out, int at, int most) {
        float[] steps = new float[8];
        float[] lows = new float[8];
        for (int g = 0; g < 8; g++) {
            float high = 0;
            for (int i = at + 32 * g; i < at + 32 * g + 32; i++) {
                high = Math.max(high, x[i]);
                lows[g] = Math.max(lows[g], -x[i]);
            }
            steps[g] = (high + lows[g]) / most;
        }
        float scale = half(peak(steps, 0, 8) / 63);
        float minimum = half(peak(lows, 0, 8) / 63);
        for (int i = at; i < at + 256; i++) {
            int g = (i - at) / 32;
            float step = scale * Math.round(steps[g] / scale);
            float shift = minimum == 0 ? 0 : minimum * Math.round(lows[g] / minimum);
            out[i] = step * (step == 0 ? 0 : Math.clamp(Math.round((x[i] + shift) / step), 0, most)) - shift;
        }
    }

    private static float half(float value) {
        return Float.float16ToFloat(Float.floatToFloat16(value));
    }
}
