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
     * The weights of a group of 32 rows, in the pairs that {@link Accelerator#multiply} reads.
     *
     * @param codes shorts of {@link PackedKernels#unpack}, from the segment's start
     * @param columns a multiple of the packing's super-blocks
     * @param scales of the same call, from 0
     * @param minimums of the same call, from 0, where the packing has them
     * @param outAt the byte of the group's first row in the first pair of columns
     */
    void codesToBfloat16(
            Packing packing,
            MemorySegment codes,
            int columns,
            float[] scales,
            float[] minimums,
            MemorySegment out,
            long outAt);

    /**
     * The weights of a panel of 16 rows, {@code [columns][16 rows]} in floats, in the same pairs.
     *
     * @param columns even
     */
    void panelToBfloat16(MemorySegment panel, long at, int columns, MemorySegment out, long outAt);
}
