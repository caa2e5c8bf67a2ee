package moira.engine.kernel;

import java.util.Arrays;

/** An array of a float for each of the {@value Kernels#LANES} lanes, one a thread: for sums on their way out of a vector. */
public final class LaneArray {
    private static final ThreadLocal<float[]> OF_THREAD = ThreadLocal.withInitial(() -> new float[Kernels.LANES]);

    private LaneArray() {}

    /** The calling thread's, with whatever was in it. */
    public static float[] get() {
        return OF_THREAD.get();
    }

    /** The calling thread's, all zeros. */
    public static float[] zeros() {
        float[] lanes = get();
        Arrays.fill(lanes, 0);
        return lanes;
    }

    /** Adds up partial sums as a tree; the array is overwritten. */
    public static float sum(float[] partial) {
        for (int apart = Kernels.LANES / 2; apart > 0; apart /= 2) {
            for (int i = 0; i < apart; i++) {
                partial[i] += partial[i + apart];
            }
        }
        return partial[0];
    }
}
