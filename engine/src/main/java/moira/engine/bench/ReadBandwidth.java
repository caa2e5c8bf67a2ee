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
final class ReadBandwidth {
    /** Of all threads together: far beyond any cache. */
    private static final long BYTES = 1L << 29;

    /** What a thread reads at a time. */
    private static final int PIECE = 1 << 20;

    private static final int ROUNDS = 8;

    private ReadBandwidth() {}

    /** The best of a few rounds, in bytes a second. */
    static double measure(int threads) {
        Kernels kernels = KernelSets.best();
        AtomicInteger sink = new AtomicInteger();
        try (Arena arena = Arena.ofShared();
                Workers workers = new Workers(threads)) {
            MemorySegment memory = NativeMemory.allocate(arena, BYTES, "read bandwidth");
            memory.fill((byte) 1); // Memory that was never written is one page of zeros.
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
    }
}
