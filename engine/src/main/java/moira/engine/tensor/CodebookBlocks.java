package moira.engine.tensor;

import java.lang.foreign.MemorySegment;

/**
 * ggml's blocks of 256 values of 2 and 3 bits (ggml-common.h, {@code block_iq2_xxs} to {@code block_iq3_s}): indices of points in a
 * {@link Codebook}, whose values have no signs, signs, and scales of 4 bits that a half scales in turn.
 */
final class CodebookBlocks {
    private CodebookBlocks() {}

    /** Half scale; eight times 4 bytes of indices, and 32 bits: four times 7 signs, and the scale. */
    static void iq2Xxs(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset);
        for (int group = 0; group < 8; group++) {
            long indices = offset + 2 + 8 * group;
            int bits = in.get(Bits.INT, indices + 4);
            float scale = d * (0.5f + (bits >>> 28)) * 0.25f;
            for (int i = 0; i < 4; i++) {
                int signs = eighthSign(bits >> (7 * i) & 0x7F);
                Codebooks.IQ2_XXS.write(Bits.u8(in, indices + i), signs, scale, out, at + 32 * group + 8 * i);
            }
        }
    }

    /** Half scale; 32 times an index of 9 bits and 7 signs; 16 scales. */
    static void iq2Xs(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset);
        for (int i = 0; i < 32; i++) {
            int bits = in.get(Bits.SHORT, offset + 2 + 2 * i) & 0xFFFF;
            float scale = d * (0.5f + Bits.nibble(in, offset + 66 + i / 4, i / 2 % 2)) * 0.25f;
            Codebooks.IQ2_XS.write(bits & 0x1FF, eighthSign(bits >> 9), scale, out, at + 8 * i);
        }
    }

    /** Half scale; 32 bytes of indices, 32 of signs, 8 of the indices' upper two bits; 16 scales. */
    static void iq2S(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset);
        for (int i = 0; i < 32; i++) {
            int index = Bits.u8(in, offset + 2 + i) | Bits.pair(in, offset + 66 + i / 4, i % 4) << 8;
            float scale = d * (0.5f + Bits.nibble(in, offset + 74 + i / 4, i / 2 % 2)) * 0.25f;
            Codebooks.IQ2_S.write(index, Bits.u8(in, offset + 34 + i), scale, out, at + 8 * i);
        }
    }

    /** Half scale; 64 bytes of indices; eight times 32 bits: four times 7 signs, and the scale. */
    static void iq3Xxs(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset);
        for (int group = 0; group < 8; group++) {
            int bits = in.get(Bits.INT, offset + 66 + 4 * group);
            float scale = d * (0.5f + (bits >>> 28)) * 0.5f;
            for (int i = 0; i < 8; i++) {
                int signs = eighthSign(bits >> (7 * (i / 2)) & 0x7F) >> (4 * (i % 2));
                int index = Bits.u8(in, offset + 2 + 8 * group + i);
                Codebooks.IQ3_XXS.write(index, signs, scale, out, at + 32 * group + 4 * i);
            }
        }
    }

    /** Half scale; 64 bytes of indices, 8 of their ninth bits, 32 of signs; 8 scales. */
    static void iq3S(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset);
        for (int i = 0; i < 64; i++) {
            int index = Bits.u8(in, offset + 2 + i) | Bits.bit(in, offset + 66 + i / 8, i % 8) << 8;
            float scale = d * (1 + 2 * Bits.nibble(in, offset + 106 + i / 16, i / 8 % 2));
            Codebooks.IQ3_S.write(index, Bits.nibble(in, offset + 74 + i / 2, i % 2), scale, out, at + 4 * i);
        }
    }

    /** Of eight signs an even number is set, so the last one follows from the others. */
    private static int eighthSign(int seven) {
        return seven | (Integer.bitCount(seven) & 1) << 7;
    }
}
