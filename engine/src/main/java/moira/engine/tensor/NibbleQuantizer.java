package moira.engine.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/** Q4_0: the scale by {@link SignedScale}. Values that the format has come back as they are. */
final class NibbleQuantizer implements Quantizer.OfBlock {
    private static final int HALF_BLOCK = 16;
    private static final int ZERO = 8;

    private final SignedScale search = new SignedScale(ZERO - 1, 1);

    @Override
    public void quantize(float[] values, int at, MemorySegment out, long offset) {
        search.search(values, at, 2 * HALF_BLOCK);
        float scale = SharedScale.half(search.scale);
        out.set(Bits.SHORT, offset, Float.floatToFloat16(scale));
        for (int i = 0; i < HALF_BLOCK; i++) {
            int low = ZERO + SharedScale.multiple(values[at + i], scale, -ZERO, ZERO - 1);
            int high = ZERO + SharedScale.multiple(values[at + HALF_BLOCK + i], scale, -ZERO, ZERO - 1);
            out.set(JAVA_BYTE, offset + 2 + i, (byte) (low | high << 4));
        }
    }
}
