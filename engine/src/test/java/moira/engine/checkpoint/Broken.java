package moira.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.function.Consumer;
import moira.engine.MoiraException;

/** Reads broken files, and holds a reader to its promise: it reads, or it says in one line why not, and allocates little. */
final class Broken {
    /** Loading the classes of a JSON library takes 20 MB; a length that is believed takes a gigabyte. */
    private static final long MOST_BYTES = 64 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Broken() {}

    /** What the reader said, if it refused. */
    static Optional<String> read(byte[] file, String what, Consumer<MemorySegment> reader) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Optional<String> refusal = Optional.empty();
        try {
            reader.accept(MemorySegment.ofArray(file));
        } catch (MoiraException e) {
            refusal = Optional.of(e.getMessage());
        } catch (RuntimeException | Error e) {
            throw new AssertionError(what + " ends in " + e, e);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).as("bytes allocated: %s", what).isLessThan(MOST_BYTES);
        refusal.ifPresent(message -> assertThat(message)
                .as(what)
                .startsWith("test")
                .contains("expected ", ", found ")
                .doesNotContain("\n", "\r"));
        return refusal;
    }

    /** The same file with one byte changed. */
    static byte[] withByte(byte[] file, int offset, int value) {
        byte[] changed = file.clone();
        changed[offset] = (byte) value;
        return changed;
    }

    /** The same file with a little-endian number changed. */
    static byte[] withNumber(byte[] file, int offset, int bytes, long value) {
        byte[] changed = file.clone();
        for (int i = 0; i < bytes; i++) {
            changed[offset + i] = (byte) (value >>> (8 * i));
        }
        return changed;
    }
}
