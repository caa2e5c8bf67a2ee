package moira.engine.matrix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import moira.engine.MoiraException;

/** Memory outside of the heap, in which everything that the kernels multiply lies. */
public final class NativeMemory {
    /** A cache line, and the widest vector. */
    public static final long ALIGNMENT = 64;

    private NativeMemory() {}

    /**
     * Zeros.
     *
     * @param what they are for, for the error
     * @throws MoiraException if there is not so much memory
     */
    public static MemorySegment allocate(Arena arena, long bytes, String what) {
        try {
            return arena.allocate(bytes, ALIGNMENT);
        } catch (OutOfMemoryError e) {
            throw new MoiraException(
                    what + ": expected " + bytes + " bytes of memory, found less: " + e.getMessage(), e);
        }
    }
}
