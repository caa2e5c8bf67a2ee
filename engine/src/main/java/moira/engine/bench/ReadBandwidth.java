package moira.engine.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** How many bytes a second the machine's memory gives to some threads that do nothing but add up what they read. */
final class ReadBandwidth {
    /** Of all threads together: far beyond any cache. */
    private static final int BYTES = 1 << 29;

    private static final int ROUNDS = 6;

    private ReadBandwidth() {}

    /** The best of a few rounds, in bytes a second. */
    static double measure(int threads) {
        int longs = BYTES / Long.BYTES / threads;
        List<long[]> arrays = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            long[] array = new long[longs];
            Arrays.setAll(array, index -> index);
            arrays.add(array);
        }
        AtomicLong sink = new AtomicLong(new Random(1).nextLong());
        double best = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long started = System.nanoTime();
            List<Thread> running = new ArrayList<>();
            for (long[] array : arrays) {
                running.add(Thread.ofPlatform().start(() -> sink.addAndGet(sum(array))));
            }
            running.forEach(ReadBandwidth::join);
            double seconds = (System.nanoTime() - started) / 1e9;
            best = Math.max(best, (double) longs * Long.BYTES * threads / seconds);
        }
        return best;
    }

    private static long sum(long[] array) {
        long sum = 0;
        for (long value : array) {
            sum += value;
        }
        return sum;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
