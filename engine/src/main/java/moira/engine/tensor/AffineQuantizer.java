package moira.engine.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Q4_K and Q5_K: scale and minimum of 8 groups of 32 by {@link AffineScale}, then the two halves that they are multiples of, then
 * the multiples of each group once more with the halves known, and the halves once more with the multiples known.
 */
final class AffineQuantizer implements Quantizer.OfBlock {
    private static final int GROUPS = 8;
    private static final int GROUP = 32;
    private static final int MOST_MULTIPLE = 63;
    private static final int ROUNDS = 3;

    private final int most;
    private final AffineScale search;
    private final float[] scales = new float[GROUPS];
    private final float[] minimums = new float[GROUPS];
    private final float[] weights = new float[GROUPS];
    private final AffineBlock block;
    private final AffineBlock trial;

    /** @param most the largest code: 15 or 31 */
    AffineQuantizer(int most) {
        this.most = most;
        search = new AffineScale(most);
        block = new AffineBlock(most);
        trial = new AffineBlock(most);
    }

    @Override
    public void quantize(float[] values, int at, MemorySegment out, long offset) {
        for (int g = 0; g < GROUPS; g++) {
            search.search(values, at + g * GROUP, GROUP);
            scales[g] = search.scale;
            minimums[g] = search.minimum;
            weights[g] = search.curvature;
        }
        block.scale = SharedScale.best(scales, weights, MOST_MULTIPLE);
        Arrays.fill(weights, GROUP);
        block.minimum = SharedScale.best(minimums, weights, MOST_MULTIPLE);
        for (int g = 0; g < GROUPS; g++) {
            block.nearest(values, at, g, scales[g], minimums[g]);
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int g = 0; g < GROUPS; g++) {
                block.improve(values, at, g);
            }
            trial.copy(block);
            if (!trial.refit(values, at) || !(trial.error() < block.error())) {
                break;
            }
            block.copy(trial);
        }
        write(out, offset);
    }

    /** As {@link KBlocks#q4K} and {@link KBlocks#q5K} read it. */
    private void write(MemorySegment out, long offset) {
        boolean fifthBits = most > 15;
        long nibbles = offset + (fifthBits ? 48 : 16);
        out.asSlice(offset, nibbles - offset + 128).fill((byte) 0);
        out.set(Bits.SHORT, offset, Float.floatToFloat16(block.scale));
        out.set(Bits.SHORT, offset + 2, Float.floatToFloat16(block.minimum));
        for (int g = 0; g < GROUPS; g++) {
            writeMultiples(out, offset + 4, g, block.scales[g], block.minimums[g]);
            for (int j = 0; j < GROUP; j++) {
                int code = block.codes[GROUP * g + j];
                or(out, nibbles + 32L * (g / 2) + j, (code & 0xF) << (4 * (g % 2)));
                if (fifthBits) {
                    or(out, offset + 16 + j, code >> 4 << g);
                }
            }
        }
    }

    /** Six bits each: groups 0 to 3 have bytes of their own, the bits of the others are split over two. */
    private static void writeMultiples(MemorySegment out, long at, int group, int scale, int minimum) {
        if (group < 4) {
            or(out, at + group, scale);
            or(out, at + group + 4, minimum);
        } else {
            or(out, at + group + 4, (scale & 0xF) | (minimum & 0xF) << 4);
            or(out, at + group - 4, scale >> 4 << 6);
            or(out, at + group, minimum >> 4 << 6);
        }
    }

    private static void or(MemorySegment out, long at, int bits) {
        out.set(JAVA_BYTE, at, (byte) (out.get(JAVA_BYTE, at) | bits));
    }
}
