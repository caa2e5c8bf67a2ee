package moira.engine.tensor;

import java.lang.foreign.MemorySegment;

/** ggml's 4-bit blocks whose codes stand for unevenly spaced levels (ggml-common.h, {@code block_iq4_nl}, {@code block_iq4_xs}). */
final class NonlinearBlocks {
    /** {@code kvalues_iq4nl} of ggml: denser around zero, where weights are. */
    private static final byte[] LEVELS = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

    private NonlinearBlocks() {}

    static byte level(int code) {
        return LEVELS[code];
    }

    /** 32 values: half scale, 16 bytes of nibbles. */
    static void iq4Nl(MemorySegment in, long offset, float[] out, int at) {
        levels(in, offset + 2, Bits.half(in, offset), out, at);
    }

    /** 256 values: half scale, high 2 bits and low 4 bits of eight scales, eight times 16 bytes of nibbles. */
    static void iq4Xs(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset);
        for (int group = 0; group < 8; group++) {
            int scale = Bits.nibble(in, offset + 4 + group / 2, group % 2)
                    + 16 * Bits.pair(in, offset + 2 + group / 4, group % 4);
            levels(in, offset + 8 + 16 * group, d * (scale - 32), out, at + 32 * group);
        }
    }

    private static void levels(MemorySegment in, long offset, float scale, float[] out, int at) {
        for (int j = 0; j < 16; j++) {
            int q = Bits.u8(in, offset + j);
            out[at + j] = scale * LEVELS[q & 0xF];
            out[at + 16 + j] = scale * LEVELS[q >> 4];
        }
    }
}
