package moira.engine.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Formats without blocks: every value stands alone. */
final class PlainFormats {
    private PlainFormats() {}

    static void f32(MemorySegment in, long offset, float[] out, int at, int count) {
        MemorySegment.copy(in, Bits.FLOAT, offset, out, at, count);
    }

    static void f16(MemorySegment in, long offset, float[] out, int at, int count) {
        for (int i = 0; i < count; i++) {
            out[at + i] = Bits.half(in, offset + 2L * i);
        }
    }

    /** The upper half of a float's bits. */
    static void bf16(MemorySegment in, long offset, float[] out, int at, int count) {
        for (int i = 0; i < count; i++) {
            out[at + i] = Float.intBitsToFloat(in.get(Bits.SHORT, offset + 2L * i) << 16);
        }
    }

    /** Rounded to the nearest float. */
    static void f64(MemorySegment in, long offset, float[] out, int at, int count) {
        for (int i = 0; i < count; i++) {
            out[at + i] = (float) in.get(Bits.DOUBLE, offset + 8L * i);
        }
    }

    static void u8(MemorySegment data, long at, float[] out, int outAt, int n) {
        for (int i = 0; i < n; i++) {
            out[outAt + i] = Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, at + i));
        }
    }
}
