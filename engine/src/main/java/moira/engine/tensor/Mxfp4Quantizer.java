package moira.engine.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * MXFP4: the scale that brings the largest magnitude between 4 and 8, as the microscaling formats (section 6.3) and llama.cpp choose it,
 * or one of its neighbours where that makes the squared error smaller: above 6 there is no level, so a lone 7.9 may be better off at
 * half of it. Values that the format has come back as they are.
 */
final class Mxfp4Quantizer implements Quantizer.OfBlock {
    private static final int BLOCK = 32;
    private static final int HALF = BLOCK / 2;

    /** The place of 1 among the scales, and of 4 among the powers of two. */
    private static final int BIAS = 127 - 2;

    /** Half way between the levels, twice as large as they are. */
    private static final float[] MIDDLES = {0.5f, 1.5f, 2.5f, 3.5f, 5, 7, 10};

    private static final int LARGEST = 254;

    @Override
    public void quantize(float[] values, int at, MemorySegment out, long offset) {
        float peak = Math.abs(SignedScale.peak(values, at, BLOCK));
        int usual = peak == 0 ? 0 : within(Math.getExponent(peak) + BIAS);
        int best = usual;
        double least = error(values, at, usual);
        for (int e : new int[] {within(usual + 1), within(usual - 1)}) {
            double error = error(values, at, e);
            if (error < least) {
                least = error;
                best = e;
            }
        }
        write(values, at, best, out, offset);
    }

    private static int within(int e) {
        return Math.clamp(e, 0, LARGEST);
    }

    private static double error(float[] values, int at, int e) {
        float scale = MicroscalingBlocks.halfScale(e);
        double sum = 0;
        for (int i = at; i < at + BLOCK; i++) {
            double difference = (double) values[i] - scale * MicroscalingBlocks.level(code(values[i], scale));
            sum += difference * difference;
        }
        return sum;
    }

    private static void write(float[] values, int at, int e, MemorySegment out, long offset) {
        float scale = MicroscalingBlocks.halfScale(e);
        out.set(JAVA_BYTE, offset, (byte) e);
        for (int j = 0; j < HALF; j++) {
            int low = code(values[at + j], scale);
            int high = code(values[at + HALF + j], scale);
            out.set(JAVA_BYTE, offset + 1 + j, (byte) (low | high << 4));
        }
    }

    /** Of the nearest level; half way, of the one nearer to 0. */
    private static int code(float value, float scale) {
        float magnitude = Math.abs(value / scale);
        int code = 0;
        for (float middle : MIDDLES) {
            code += magnitude > middle ? 1 : 0;
        }
        return code == 0 || value > 0 ? code : code + 8;
    }
}
