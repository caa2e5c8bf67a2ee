package moira.engine.tensor;

/** How the values of a tensor are stored: in blocks of {@link #blockSize} values that take {@link #blockBytes} bytes. */
public enum TensorFormat {
    F32(0, 1, 4);

    private final int gguf;
    private final int blockSize;
    private final int blockBytes;

    TensorFormat(int gguf, int blockSize, int blockBytes) {
        this.gguf = gguf;
        this.blockSize = blockSize;
        this.blockBytes = blockBytes;
    }

    /** The number of this format in a GGUF file. */
    public int gguf() {
        return gguf;
    }

    public int blockSize() {
        return blockSize;
    }

    public int blockBytes() {
        return blockBytes;
    }
}
