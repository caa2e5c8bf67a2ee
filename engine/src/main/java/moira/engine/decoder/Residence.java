package moira.engine.decoder;

/** Where the weight matrices are while the model runs. In floats the values, and so every result, are the same bits. */
public enum Residence {
    /** What suits the arithmetic and fits the memory that heap and KV cache leave ({@link MemoryBudget}). */
    AUTO,
    /** Dequantised once, at load, four bytes a weight: fast for small models. */
    RESIDENT,
    /** In memory with the bits of the file, rearranged; formats that have no packing are {@link #RESIDENT}. */
    PACKED,
    /** Left in the mapped file and dequantised whenever they are used: slow, for models larger than memory. */
    MAPPED
}
