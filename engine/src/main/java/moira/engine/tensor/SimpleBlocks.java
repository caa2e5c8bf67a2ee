package moira.engine.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * ggml's blocks of 32 values with one scale, and for the {@code _1} formats one minimum (ggml-common.h, {@code block_q4_0} to
 * {@code block_q8_0}). A nibble byte holds value j in its low half and value j + 16 in its high half.
 */
final class SimpleBlocks {
    private SimpleBlocks() {}

    /** Half scale, 16 bytes of nibbles: {@code d (q - 8)}. */
    static void q4_0(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset);
        for (int j = 0; j < 16; j++) {
            int q = Bits.u8(in, offset + 2 + j);
            out[at + j] = d * ((q & 0xF) - 8);
            out[at + 16 + j] = d * ((q >> 4) - 8);
        }
    }

    /** Half scale, half minimum, 16 bytes of nibbles: {@code d q + m}. */
    static void q4_1(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset);
        float m = Bits.half(in, offset + 2);
        for (int j = 0; j < 16; j++) {
            int q = Bits.u8(in, offset + 4 + j);
            out[at + j] = d * (q & 0xF) + m;
            out[at + 16 + j] = d * (q >> 4) + m;
        }
    }

    /** Half scale, 32 fifth bits, 16 bytes of nibbles: {@code d (q - 16)}. */
    static void q5_0(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset);
        int high = in.get(Bits.INT, offset + 2);
        for (int j = 0; j < 16; j++) {
            int q = Bits.u8(in, offset + 6 + j);
            out[at + j] = d * (((q & 0xF) + fifthBit(high, j)) - 16);
            out[at + 16 + j] = d * (((q >> 4) + fifthBit(high, j + 16)) - 16);
        }
    }

    /** Half scale, half minimum, 32 fifth bits, 16 bytes of nibbles: {@code d q + m}. */
    static void q5_1(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset);
        float m = Bits.half(in, offset + 2);
        int high = in.get(Bits.INT, offset + 4);
        for (int j = 0; j < 16; j++) {
            int q = Bits.u8(in, offset + 8 + j);
            out[at + j] = d * ((q & 0xF) + fifthBit(high, j)) + m;
            out[at + 16 + j] = d * ((q >> 4) + fifthBit(high, j + 16)) + m;
        }
    }

    /** Half scale, 32 signed bytes: {@code d q}. */
    static void q8_0(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset);
        for (int j = 0; j < 32; j++) {
            out[at + j] = d * in.get(JAVA_BYTE, offset + 2 + j);
        }
    }

    private static int fifthBit(int high, int value) {
        return 16 * ((high >>> value) & 1);
    }
}
