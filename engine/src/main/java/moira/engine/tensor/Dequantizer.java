package moira.engine.tensor;

import java.lang.foreign.MemorySegment;

/** Turns stored values into floats. */
@FunctionalInterface
interface Dequantizer {
    /** Reads {@code count} values, whole blocks, that start at byte {@code offset}, into {@code out} from index {@code at}. */
    void dequantize(MemorySegment in, long offset, float[] out, int at, int count);

    /** Turns one block into floats. */
    @FunctionalInterface
    interface OfBlock {
        void dequantize(MemorySegment in, long offset, float[] out, int at);

        /** The same for blocks that lie one after the other. */
        default Dequantizer repeated(int blockSize, int blockBytes) {
            return (in, offset, out, at, count) -> {
                long block = offset;
                for (int i = at; i < at + count; i += blockSize, block += blockBytes) {
                    dequantize(in, block, out, i);
                }
            };
        }
    }
}
