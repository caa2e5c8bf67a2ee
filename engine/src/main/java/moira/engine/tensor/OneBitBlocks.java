package moira.engine.tensor;

import java.lang.foreign.MemorySegment;

/**
 * ggml's blocks of 256 values of 1 bit and a half (ggml-common.h, {@code block_iq1_s}, {@code block_iq1_m}): indices of 11 bits of
 * points whose values are -1, 0 and 1, all moved up or down by an eighth.
 */
final class OneBitBlocks {
    private static final float EIGHTH = 0.125f;

    private OneBitBlocks() {}

    /** Half scale; 32 bytes of indices; eight times 16 bits: four times their upper three bits, a scale of 3 bits, down or up. */
    static void iq1S(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset);
        for (int i = 0; i < 32; i++) {
            int bits = in.get(Bits.SHORT, offset + 34 + i / 4 * 2) & 0xFFFF;
            int index = Bits.u8(in, offset + 2 + i) | (bits >> (3 * (i % 4)) & 7) << 8;
            write(index, d * (2 * (bits >> 12 & 7) + 1), bits >> 15, out, at + 8 * i);
        }
    }

    /**
     * 32 bytes of indices; 32 nibbles: their upper three bits, down or up; four times 16 bits: four scales of 3 bits, and of the half
     * that scales them four bits, the lowest first.
     */
    static void iq1M(MemorySegment in, long offset, float[] out, int at) {
        int half = 0;
        for (int i = 0; i < 4; i++) {
            half |= Bits.nibble(in, offset + 49 + 2 * i, 1) << (4 * i);
        }
        float d = Float.float16ToFloat((short) half);
        for (int i = 0; i < 32; i++) {
            int high = Bits.nibble(in, offset + 32 + i / 2, i % 2);
            int index = Bits.u8(in, offset + i) | (high & 7) << 8;
            int scale = in.get(Bits.SHORT, offset + 48 + i / 8 * 2) >> (3 * (i / 2 % 4)) & 7;
            write(index, d * (2 * scale + 1), high >> 3, out, at + 8 * i);
        }
    }

    private static void write(int point, float scale, int down, float[] out, int at) {
        float moved = down == 0 ? EIGHTH : -EIGHTH;
        for (int i = 0; i < 8; i++) {
            out[at + i] = scale * (Codebooks.IQ1_S.value(point, i) + moved);
        }
    }
}
