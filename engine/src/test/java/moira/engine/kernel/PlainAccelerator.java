package moira.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The product of an {@link Accelerator} in plain loops and in doubles, rounded once: a witness, and a stand-in where there is none. */
public final class PlainAccelerator implements Accelerator {
    @Override
    public String name() {
        return "plain loops";
    }

    @Override
    public void multiply(
            MemorySegment x,
            long xAt,
            int xStride,
            int tokens,
            MemorySegment weights,
            int columns,
            MemorySegment sums,
            boolean add) {
        for (int t = 0; t < tokens; t++) {
            for (int r = 0; r < ROWS; r++) {
                long at = t * SUM_BYTES + 4L * r;
                double sum = add ? sums.get(ValueLayout.JAVA_FLOAT, at) : 0;
                for (int c = 0; c < columns; c++) {
                    double weight = value(weights, c / 2 * PAIR_BYTES + 4L * r + c % 2 * 2L);
                    sum += weight * value(x, xAt + 2L * ((long) t * xStride + c));
                }
                sums.set(ValueLayout.JAVA_FLOAT, at, (float) sum);
            }
        }
    }

    /** A bfloat16 is the upper half of a float. */
    public static float value(MemorySegment segment, long at) {
        return Float.intBitsToFloat(segment.get(ValueLayout.JAVA_SHORT, at) << 16);
    }
}
