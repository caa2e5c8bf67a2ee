package moira.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Rounding to bfloat16 in plain loops. */
public final class ScalarBfloat16 {
    private ScalarBfloat16() {}

    /** The upper half of a float, rounded to nearest, ties to even. */
    public static short round(float x) {
        int bits = Float.floatToRawIntBits(x);
        return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
    }

    static void values(float[] x, int at, int n, MemorySegment out, long outAt) {
        for (int i = 0; i < n; i++) {
            out.set(ValueLayout.JAVA_SHORT, outAt + 2L * i, round(x[at + i]));
        }
    }

    static void panel(MemorySegment panel, long at, int columns, MemorySegment out, long outAt) {
        for (int c = 0; c < columns; c++) {
            for (int r = 0; r < Kernels.LANES; r++) {
                long from = at + c * Kernels.COLUMN_BYTES + (long) r * Float.BYTES;
                put(panel.get(ValueLayout.JAVA_FLOAT, from), c, r, out, outAt);
            }
        }
    }

    private static void put(float weight, int column, int row, MemorySegment out, long outAt) {
        long pair = outAt + column / 2 * Accelerator.PAIR_BYTES + 4L * row;
        out.set(ValueLayout.JAVA_SHORT, pair + column % 2 * 2L, round(weight));
    }
}
