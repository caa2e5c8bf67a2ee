package moira.engine.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * The integers of one block of a quantised format, before anything is multiplied: codes as the file has them (without an offset),
 * byte scales and minimums where the format has them, and the halves as their 16 bits. Overwritten block by block.
 */
public final class BlockCodes {
    /** Up to 256 codes. */
    public final byte[] codes = new byte[256];

    /** Up to 16 scales; six bits, or eight with a sign. */
    public final byte[] scales = new byte[16];

    public final byte[] minimums = new byte[16];

    /** The bits of the half scale. */
    public short scale;

    /** The bits of the half minimum. */
    public short minimum;

    /** Reads a block of Q4_0, Q8_0, Q4_K, Q5_K or Q6_K. */
    public void read(TensorFormat format, MemorySegment in, long offset) {
        switch (format) {
            case Q4_0 -> q4_0(in, offset);
            case Q8_0 -> q8_0(in, offset);
            case Q4_K -> q4K(in, offset);
            case Q5_K -> q5K(in, offset);
            case Q6_K -> q6K(in, offset);
            default -> throw new IllegalArgumentException("no codes of " + format);
        }
    }

    private void q4_0(MemorySegment in, long offset) {
        scale = in.get(Bits.SHORT, offset);
        for (int j = 0; j < 16; j++) {
            codes[j] = (byte) Bits.nibble(in, offset + 2 + j, 0);
            codes[16 + j] = (byte) Bits.nibble(in, offset + 2 + j, 1);
        }
    }

    private void q8_0(MemorySegment in, long offset) {
        scale = in.get(Bits.SHORT, offset);
        for (int j = 0; j < 32; j++) {
            codes[j] = in.get(JAVA_BYTE, offset + 2 + j);
        }
    }

    private void q4K(MemorySegment in, long offset) {
        halvesAndScales(in, offset);
        for (int group = 0; group < 8; group++) {
            long at = offset + 16 + 32 * (group / 2);
            for (int j = 0; j < 32; j++) {
                codes[32 * group + j] = (byte) Bits.nibble(in, at + j, group % 2);
            }
        }
    }

    private void q5K(MemorySegment in, long offset) {
        halvesAndScales(in, offset);
        for (int group = 0; group < 8; group++) {
            long at = offset + 48 + 32 * (group / 2);
            for (int j = 0; j < 32; j++) {
                int high = Bits.bit(in, offset + 16 + j, group);
                codes[32 * group + j] = (byte) (Bits.nibble(in, at + j, group % 2) + 16 * high);
            }
        }
    }

    private void halvesAndScales(MemorySegment in, long offset) {
        scale = in.get(Bits.SHORT, offset);
        minimum = in.get(Bits.SHORT, offset + 2);
        for (int group = 0; group < 8; group++) {
            scales[group] = (byte) KBlocks.scale(in, offset + 4, group);
            minimums[group] = (byte) KBlocks.minimum(in, offset + 4, group);
        }
    }

    private void q6K(MemorySegment in, long offset) {
        scale = in.get(Bits.SHORT, offset + 208);
        for (int group = 0; group < 16; group++) {
            scales[group] = in.get(JAVA_BYTE, offset + 192 + group);
            int quarter = group % 8 / 2;
            long low = offset + 64 * (group / 8) + 32 * (quarter % 2) + 16 * (group % 2);
            long high = offset + 128 + 32 * (group / 8) + 16 * (group % 2);
            for (int j = 0; j < 16; j++) {
                int q = Bits.nibble(in, low + j, quarter / 2) + 16 * Bits.pair(in, high + j, quarter);
                codes[16 * group + j] = (byte) q;
            }
        }
    }
}
