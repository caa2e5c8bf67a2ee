package moira.engine.tensor;

import java.lang.foreign.MemorySegment;

/** Floats of 8 bits (OCP 8-bit Floating Point Specification, version 1.0). */
final class EightBitFloats {
    private EightBitFloats() {}

    /** Sign, four bits of exponent, three of fraction; no infinity, and one number that is none for each sign. */
    static float e4m3(int bits) {
        if ((bits & 0x7F) == 0x7F) {
            return Float.NaN;
        }
        // The exponent of a half is 8 larger and its fraction 7 bits longer, so this one is 2^8 too small, also below
        // the normal ones.
        int half = (bits & 0x80) << 8 | (bits & 0x7F) << 7;
        return Float.float16ToFloat((short) half) * 0x1p8f;
    }

    /** The upper half of a half. */
    static float e5m2(int bits) {
        return Float.float16ToFloat((short) (bits << 8));
    }

    static void e4m3(MemorySegment in, long offset, float[] out, int at, int count) {
        for (int i = 0; i < count; i++) {
            out[at + i] = e4m3(Bits.u8(in, offset + i));
        }
    }

    static void e5m2(MemorySegment in, long offset, float[] out, int at, int count) {
        for (int i = 0; i < count; i++) {
            out[at + i] = e5m2(Bits.u8(in, offset + i));
        }
    }
}
