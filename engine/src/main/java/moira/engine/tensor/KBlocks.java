package moira.engine.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * ggml's "K" blocks of 256 values: groups of 16 or 32 values have small scales, which a half scales in turn (ggml-common.h,
 * {@code block_q2_K} to {@code block_q6_K}). The order of the products is the reference's, so that values agree bit for bit.
 */
final class KBlocks {
    private KBlocks() {}

    /** 16 bytes of 4-bit scale and minimum, 64 bytes of 2-bit codes, half scale, half minimum: {@code (d s) q - (m t)}. */
    static void q2K(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset + 80);
        float m = Bits.half(in, offset + 82);
        for (int group = 0; group < 16; group++) {
            int scales = Bits.u8(in, offset + group);
            float scale = d * (scales & 0xF);
            float minimum = m * (scales >> 4);
            long codes = offset + 16 + twoBitCodes(group);
            int layer = group % 8 / 2;
            for (int j = 0; j < 16; j++) {
                out[at + 16 * group + j] = scale * Bits.pair(in, codes + j, layer) - minimum;
            }
        }
    }

    /** 32 bytes of third bits, 64 bytes of 2-bit codes, 12 bytes of 6-bit scales, half scale: {@code (d (s - 32)) (q - 4)}. */
    static void q3K(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset + 108);
        for (int group = 0; group < 16; group++) {
            float scale = d * (q3Scale(in, offset + 96, group) - 32);
            for (int j = 0; j < 16; j++) {
                out[at + 16 * group + j] = scale * (q3Code(in, offset, group, j) - 4);
            }
        }
    }

    /** Half scale, half minimum, 12 bytes of 6-bit scales and minimums, 128 bytes of nibbles: {@code (d s) q - (m t)}. */
    static void q4K(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset);
        float m = Bits.half(in, offset + 2);
        for (int group = 0; group < 8; group++) {
            float scale = d * scale(in, offset + 4, group);
            float minimum = m * minimum(in, offset + 4, group);
            long codes = offset + 16 + 32 * (group / 2);
            for (int j = 0; j < 32; j++) {
                out[at + 32 * group + j] = scale * Bits.nibble(in, codes + j, group % 2) - minimum;
            }
        }
    }

    /** As {@link #q4K}, with 32 bytes of fifth bits before the nibbles. */
    static void q5K(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset);
        float m = Bits.half(in, offset + 2);
        for (int group = 0; group < 8; group++) {
            float scale = d * scale(in, offset + 4, group);
            float minimum = m * minimum(in, offset + 4, group);
            long codes = offset + 48 + 32 * (group / 2);
            for (int j = 0; j < 32; j++) {
                int q = Bits.nibble(in, codes + j, group % 2) + 16 * Bits.bit(in, offset + 16 + j, group);
                out[at + 32 * group + j] = scale * q - minimum;
            }
        }
    }

    /** 128 bytes of low nibbles, 64 bytes of high bit pairs, 16 signed scales, half scale: {@code (d s) (q - 32)}. */
    static void q6K(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset + 208);
        for (int group = 0; group < 16; group++) {
            float scale = d * in.get(JAVA_BYTE, offset + 192 + group);
            int half = group / 8;
            int quarter = group % 8 / 2;
            long low = offset + 64 * half + 32 * (quarter % 2) + 16 * (group % 2);
            long high = offset + 128 + 32 * half + 16 * (group % 2);
            for (int j = 0; j < 16; j++) {
                int q = Bits.nibble(in, low + j, quarter / 2) + 16 * Bits.pair(in, high + j, quarter);
                out[at + 16 * group + j] = scale * (q - 32);
            }
        }
    }

    /** Where the 2-bit codes of a group of 16 start: 32 bytes carry 128 values, in four layers of bit pairs. */
    private static int twoBitCodes(int group) {
        return 32 * (group / 8) + 16 * (group % 2);
    }

    /** Q3_K's code of a value of a group, 0 to 7. */
    static int q3Code(MemorySegment in, long block, int group, int j) {
        int low = Bits.pair(in, block + 32 + twoBitCodes(group) + j, group % 8 / 2);
        return low + 4 * Bits.bit(in, block + 16 * (group % 2) + j, group / 2);
    }

    /** Q3_K's scale of a group: 4 low bits in the first 8 bytes, 2 high bits in the last 4. */
    static int q3Scale(MemorySegment in, long scales, int group) {
        return Bits.nibble(in, scales + group % 8, group / 8) + 16 * Bits.pair(in, scales + 8 + group % 4, group / 4);
    }

    /** The 6-bit scale of a group of Q4_K and Q5_K; those of the last four groups are split over two bytes. */
    static int scale(MemorySegment in, long scales, int group) {
        return group < 4
                ? Bits.u8(in, scales + group) & 0x3F
                : Bits.nibble(in, scales + group + 4, 0) + 16 * Bits.pair(in, scales + group - 4, 3);
    }

    /** The 6-bit minimum of a group of Q4_K and Q5_K. */
    static int minimum(MemorySegment in, long scales, int group) {
        return group < 4
                ? Bits.u8(in, scales + group + 4) & 0x3F
                : Bits.nibble(in, scales + group + 4, 1) + 16 * Bits.pair(in, scales + group, 3);
    }
}
