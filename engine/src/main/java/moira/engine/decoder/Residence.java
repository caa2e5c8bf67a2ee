package moira.engine.decoder;

/** Where the weight matrices are while the model runs. The values, and so every result, are the same bits. */
public enum Residence {
    /** {@link #RESIDENT} if the matrices fit the memory that heap and KV cache leave ({@link MemoryBudget}), else {@link #MAPPED}. */
    AUTO,
    /** Dequantised once, at load, four bytes a weight: fast. */
    RESIDENT,
    /** Left in the mapped file and dequantised whenever they are used: slow, for models larger than memory. */
    MAPPED
}
