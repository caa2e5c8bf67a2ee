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

    /**
     * Reads a block of a format that is packed. Those of MXFP4 are the ranks of its levels, from the least; its scale is the upper
     * half of a float. IQ4_NL has levels in the place of codes, and codes of Q3_K are 28 higher, as Q6_K's would be. Minimums of Q4_1
     * and Q5_1 come with the other sign, as something to be taken off.
     */
    public void read(TensorFormat format, MemorySegment in, long offset) {
        switch (format) {
            case Q4_0 -> q4_0(in, offset);
            case Q4_1 -> q4_1(in, offset);
            case Q5_0 -> q5_0(in, offset);
            case Q5_1 -> q5_1(in, offset);
            case Q8_0 -> q8_0(in, offset);
            case MXFP4 -> mxfp4(in, offset);
            case IQ4_NL -> iq4Nl(in, offset);
            case Q3_K -> q3K(in, offset);
            case Q4_K -> q4K(in, offset);
            case Q5_K -> q5K(in, offset);
            case Q6_K -> q6K(in, offset);
            default -> throw new IllegalArgumentException("no codes of " + format);
        }
    }

    private void q4_0(MemorySegment in, long offset) {
        scale = in.get(Bits.SHORT, offset);
        nibbles(in, offset + 2);
    }

    private void q4_1(MemorySegment in, long offset) {
        scale = in.get(Bits.SHORT, offset);
        minimum = negative(in.get(Bits.SHORT, offset + 2));
        nibbles(in, offset + 4);
    }

    private void q5_0(MemorySegment in, long offset) {
        scale = in.get(Bits.SHORT, offset);
        nibbles(in, offset + 6);
        fifthBits(in.get(Bits.INT, offset + 2));
    }

    private void q5_1(MemorySegment in, long offset) {
        scale = in.get(Bits.SHORT, offset);
        minimum = negative(in.get(Bits.SHORT, offset + 2));
        nibbles(in, offset + 8);
        fifthBits(in.get(Bits.INT, offset + 4));
    }

    private void mxfp4(MemorySegment in, long offset) {
        scale = (short) (Float.floatToRawIntBits(MicroscalingBlocks.halfScale(Bits.u8(in, offset))) >>> 16);
        nibbles(in, offset + 1);
        for (int j = 0; j < 32; j++) {
            codes[j] = (byte) MicroscalingBlocks.rank(codes[j]);
        }
    }

    private static short negative(short half) {
        return (short) (half ^ 0x8000);
    }

    private void nibbles(MemorySegment in, long offset) {
        for (int j = 0; j < 16; j++) {
            codes[j] = (byte) Bits.nibble(in, offset + j, 0);
            codes[16 + j] = (byte) Bits.nibble(in, offset + j, 1);
        }
    }

    private void fifthBits(int bits) {
        for (int j = 0; j < 32; j++) {
            codes[j] += (byte) ((bits >>> j & 1) << 4);
        }
    }

    private void q8_0(MemorySegment in, long offset) {
        scale = in.get(Bits.SHORT, offset);
        for (int j = 0; j < 32; j++) {
            codes[j] = in.get(JAVA_BYTE, offset + 2 + j);
        }
    }

    private void iq4Nl(MemorySegment in, long offset) {
        scale = in.get(Bits.SHORT, offset);
        nibbles(in, offset + 2);
        for (int j = 0; j < 32; j++) {
            codes[j] = NonlinearBlocks.level(codes[j]);
        }
    }

    private void q3K(MemorySegment in, long offset) {
        scale = in.get(Bits.SHORT, offset + 108);
        for (int group = 0; group < 16; group++) {
            scales[group] = (byte) (KBlocks.q3Scale(in, offset + 96, group) - 32);
            for (int j = 0; j < 16; j++) {
                codes[16 * group + j] = (byte) (KBlocks.q3Code(in, offset, group, j) + 28);
            }
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
