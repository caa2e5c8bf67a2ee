package moira.engine.tensor;

import java.lang.foreign.MemorySegment;

/**
 * Blocks of floats of 4 bits (E2M1: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and the same below zero) with a scale of 8 bits (OCP Microscaling Formats,
 * version 1.0, and ggml-common.h, {@code block_mxfp4}, {@code block_nvfp4}). As in ggml the levels here are twice as large and whole,
 * and scales half as large.
 */
final class MicroscalingBlocks {
    private static final byte[] LEVELS = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

    private MicroscalingBlocks() {}

    /** What a code stands for, twice. */
    static int level(int code) {
        return LEVELS[code];
    }

    /** The place of a code's level among all of them, the least one first: 7 is 0. */
    static int rank(int code) {
        return code < 8 ? 7 + code : 15 - code;
    }

    /** Half of an E8M0 scale: 2^(e - 128). */
    static float halfScale(int e) {
        return Float.intBitsToFloat(e < 2 ? 0x0020_0000 << e : (e - 1) << 23);
    }

    /** 32 values: E8M0 scale, 16 bytes of nibbles. */
    static void mxfp4(MemorySegment in, long offset, float[] out, int at) {
        levels(in, offset + 1, 16, halfScale(Bits.u8(in, offset)), out, at);
    }

    /** 64 values: four E4M3 scales without a sign, four times 8 bytes of nibbles. */
    static void nvfp4(MemorySegment in, long offset, float[] out, int at) {
        for (int group = 0; group < 4; group++) {
            float scale = 0.5f * unsignedE4M3(Bits.u8(in, offset + group));
            levels(in, offset + 4 + 8 * group, 8, scale, out, at + 16 * group);
        }
    }

    private static void levels(MemorySegment in, long offset, int bytes, float scale, float[] out, int at) {
        for (int j = 0; j < bytes; j++) {
            int q = Bits.u8(in, offset + j);
            out[at + j] = scale * LEVELS[q & 0xF];
            out[at + bytes + j] = scale * LEVELS[q >> 4];
        }
    }

    /** What would be no number is 0, as in ggml. */
    private static float unsignedE4M3(int bits) {
        return bits == 0x7F ? 0 : EightBitFloats.e4m3(bits);
    }
}
