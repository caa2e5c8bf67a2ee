package moira.engine.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * Q6_K: the scales of 16 groups of 16 by {@link SignedScale}, then the half that they are multiples of, which is fitted once more
 * to the codes that come of it.
 */
final class SixBitQuantizer implements Quantizer.OfBlock {
    private static final int GROUPS = 16;
    private static final int GROUP = 16;
    private static final int ZERO = 32;
    private static final int MOST_MULTIPLE = 127;

    /** A peak at fewer than 24 of 31 wastes a quarter of the codes. */
    private final SignedScale search = new SignedScale(ZERO - 1, 24);

    private final float[] scales = new float[GROUPS];
    private final float[] weights = new float[GROUPS];
    private final int[] multiples = new int[GROUPS];
    private final int[] codes = new int[GROUPS * GROUP];
    private float error;

    @Override
    public void quantize(float[] values, int at, MemorySegment out, long offset) {
        for (int g = 0; g < GROUPS; g++) {
            search.search(values, at + g * GROUP, GROUP);
            scales[g] = search.scale;
            weights[g] = search.curvature;
        }
        float scale = SharedScale.best(scales, weights, MOST_MULTIPLE);
        for (int g = 0; g < GROUPS; g++) {
            multiples[g] = SharedScale.multiple(scales[g], scale, -MOST_MULTIPLE, MOST_MULTIPLE);
        }
        float fitted = code(values, at, scale);
        float before = error;
        if (fitted != scale) {
            code(values, at, fitted);
            if (!(error < before)) {
                fitted = scale;
                code(values, at, scale);
            }
        }
        write(fitted, out, offset);
    }

    /** The nearest codes; returns the half that fits them best. */
    private float code(float[] values, int at, float scale) {
        float products = 0;
        float squares = 0;
        error = 0;
        for (int i = 0; i < codes.length; i++) {
            int multiple = multiples[i / GROUP];
            float step = scale * multiple;
            codes[i] = SharedScale.multiple(values[at + i], step, -ZERO, ZERO - 1);
            float difference = values[at + i] - step * codes[i];
            float product = (float) multiple * codes[i];
            error += difference * difference;
            products += values[at + i] * product;
            squares += product * product;
        }
        return squares == 0 ? scale : SharedScale.half(products / squares);
    }

    /** As {@link KBlocks#q6K} reads it. */
    private void write(float scale, MemorySegment out, long offset) {
        out.asSlice(offset, 192).fill((byte) 0);
        for (int i = 0; i < codes.length; i++) {
            int code = codes[i] + ZERO;
            int half = i / 128;
            int quarter = i % 128 / 32;
            int column = i % 32;
            or(out, offset + 64L * half + 32L * (quarter % 2) + column, (code & 0xF) << (4 * (quarter / 2)));
            or(out, offset + 128 + 32L * half + column, code >> 4 << (2 * quarter));
        }
        for (int g = 0; g < GROUPS; g++) {
            out.set(JAVA_BYTE, offset + 192 + g, (byte) multiples[g]);
        }
        out.set(Bits.SHORT, offset + 208, Float.floatToFloat16(scale));
    }

    private static void or(MemorySegment out, long at, int bits) {
        out.set(JAVA_BYTE, at, (byte) (out.get(JAVA_BYTE, at) | bits));
    }
}
