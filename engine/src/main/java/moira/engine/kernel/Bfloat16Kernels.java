package moira.engine.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Weights and activations on their way to an {@link Accelerator}: values are rounded once, to the nearest bfloat16 (8 bits of
 * precision), ties to even. All sets of kernels give the same bits.
 */
public interface Bfloat16Kernels {
    /** {@code n} values as they come, two bytes each. */
    void toBfloat16(float[] x, int at, int n, MemorySegment out, long outAt);

    /**
     * The weights of a panel of 16 rows, {@code [columns][16 rows]} in floats, in the pairs that {@link Accelerator#multiply} reads.
     *
     * @param columns even
     */
    void panelToBfloat16(MemorySegment panel, long at, int columns, MemorySegment out, long outAt);
}
