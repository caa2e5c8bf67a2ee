package moira.engine.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/** Q8_0: the largest magnitude gets the code 127, unless another scale is exact. Values that the format has come back as they are. */
final class ByteQuantizer implements Quantizer.OfBlock {
    private static final int BLOCK = 32;
    private static final int MOST = 127;

    @Override
    public void quantize(float[] values, int at, MemorySegment out, long offset) {
        float scale = scale(values, at);
        out.set(Bits.SHORT, offset, Float.floatToFloat16(scale));
        for (int i = 0; i < BLOCK; i++) {
            int code = SharedScale.multiple(values[at + i], scale, -MOST - 1, MOST);
            out.set(JAVA_BYTE, offset + 2 + i, (byte) code);
        }
    }

    private static float scale(float[] values, int at) {
        float peak = SignedScale.peak(values, at, BLOCK);
        if (peak == 0) {
            return 0;
        }
        for (int code = MOST + 1; code > 0; code--) {
            // The code -128 has no twin above zero, but a scale may be negative.
            float scale = peak / -code;
            if (SharedScale.half(scale) == scale && isExact(values, at, scale)) {
                return code > MOST ? scale : -scale;
            }
        }
        return SharedScale.half(Math.abs(peak) / MOST);
    }

    private static boolean isExact(float[] values, int at, float scale) {
        for (int i = at; i < at + BLOCK; i++) {
            if (scale * Math.round(values[i] / scale) != values[i]) {
                return false;
            }
        }
        return true;
    }
}
