package moira.engine.tensor;

import java.lang.foreign.MemorySegment;

/** Formats without blocks: every value is rounded to the nearest that the format has, ties to even. */
final class PlainQuantizer {
    private PlainQuantizer() {}

    static void f32(float[] values, int at, int count, MemorySegment out, long offset) {
        MemorySegment.copy(values, at, out, Bits.FLOAT, offset, count);
    }

    static void f16(float[] values, int at, int count, MemorySegment out, long offset) {
        for (int i = 0; i < count; i++) {
            out.set(Bits.SHORT, offset + 2L * i, Float.floatToFloat16(values[at + i]));
        }
    }

    /** The upper half of a float's bits, after adding just under half a step, or half a step where the last bit kept is 1. */
    static void bf16(float[] values, int at, int count, MemorySegment out, long offset) {
        for (int i = 0; i < count; i++) {
            int bits = Float.floatToRawIntBits(values[at + i]);
            int rounded = bits + 0x7FFF + ((bits >>> 16) & 1);
            out.set(Bits.SHORT, offset + 2L * i, (short) (rounded >>> 16));
        }
    }
}
