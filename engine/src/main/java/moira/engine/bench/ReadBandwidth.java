package moira.engine.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import moira.engine.concurrent.Workers;
import moira.engine.kernel.KernelSets;
import moira.engine.kernel.Kernels;
import moira.engine.matrix.NativeMemory;

/**
 * How many bytes a second the machine's memory gives to some threads that do nothing but read it: memory of the kind that weights lie
 * in, on huge pages where those are, in vectors. A loop over an array of the heap gets half of that from some processors.
 */
final class ReadBandwidth implements AutoCloseable {
    /** Of all threads together: far beyond any cache. */
    private static final long BYTES = 1L << 29;

    /** What a thread reads at a time. */
    private static final int PIECE = 1 << 20;

    private static final int ROUNDS = 8;

    private final Kernels kernels = KernelSets.best();
    private final AtomicInteger sink = new AtomicInteger();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final Workers workers;

    /**
     * Takes the memory that is read.
     *
     * @throws moira.engine.MoiraException if it is not to be had
     */
    ReadBandwidth(int threads) {
        memory = NativeMemory.allocate(arena, BYTES, "read bandwidth");
        memory.fill((byte) 1); // Memory that was never written is one page of zeros.
        workers = new Workers(threads);
    }

    /** The best of a few rounds, in bytes a second. */
    double measure() {
        double best = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long started = System.nanoTime();
            workers.run(
                    (int) (BYTES / PIECE),
                    (piece, worker) -> sink.addAndGet(kernels.read(memory, (long) piece * PIECE, PIECE)));
            best = Math.max(best, BYTES / ((System.nanoTime() - started) / 1e9));
        }
        return best;
    }

    @Override
    public void close() {
        workers.close();
        arena.close();
    }
}
