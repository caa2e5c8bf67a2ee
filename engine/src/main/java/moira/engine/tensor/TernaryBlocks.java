package moira.engine.tensor;

import java.lang.foreign.MemorySegment;

/** ggml's blocks of 256 values -1, 0 and 1 times a half (ggml-common.h, {@code block_tq1_0}, {@code block_tq2_0}). */
final class TernaryBlocks {
    private static final int[] POWERS = {1, 3, 9, 27, 81};

    private TernaryBlocks() {}

    /** Five digits of base 3 a byte in 32 and in 16 bytes, four in 4 bytes; half scale. */
    static void tq10(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset + 52);
        digits(in, offset, 32, 5, d, out, at);
        digits(in, offset + 32, 16, 5, d, out, at + 160);
        digits(in, offset + 48, 4, 4, d, out, at + 240);
    }

    /**
     * A byte is its digits behind the point, in 256ths, rounded up: times a power of 3, what is left behind the point begins with the
     * digit that is wanted. The first digits of all bytes come first.
     */
    private static void digits(MemorySegment in, long offset, int bytes, int digits, float d, float[] out, int at) {
        for (int digit = 0; digit < digits; digit++) {
            for (int i = 0; i < bytes; i++) {
                int behindPoint = Bits.u8(in, offset + i) * POWERS[digit] & 0xFF;
                out[at + digit * bytes + i] = d * (((behindPoint * 3) >> 8) - 1);
            }
        }
    }

    /** 64 bytes of four codes of 2 bits; half scale. */
    static void tq20(MemorySegment in, long offset, float[] out, int at) {
        float d = Bits.half(in, offset + 64);
        for (int i = 0; i < 256; i++) {
            out[at + i] = d * (Bits.pair(in, offset + 32 * (i / 128) + i % 32, i / 32 % 4) - 1);
        }
    }
}
