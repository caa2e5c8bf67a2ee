package moira.engine.tensor;

import java.lang.foreign.MemorySegment;

/** Makes rows of a matrix that lie nowhere in its format, whenever they are read; from any thread. */
@FunctionalInterface
public interface RowSource {
    /** Writes one row, in blocks of the matrix's format, to byte {@code at} of {@code out}. */
    void read(long row, MemorySegment out, long at);
}
