package moira.routing.information;

import java.util.SplittableRandom;

/**
 * Seeded rearrangements of the tokens within every window. The same number gives the same ones in every layer. Belongs to one thread.
 */
final class Shuffle {
    private static final long STREAM = 0x9E3779B97F4A7C15L;

    private final Texts texts;

    /** {@code [tokens]} whose experts each token gets. */
    final int[] from;

    /** {@code [windows]} by how many places each is turned round instead: what is near in it stays near. */
    final int[] turns;

    Shuffle(Texts texts) {
        this.texts = texts;
        from = new int[texts.size()];
        turns = new int[texts.windows.length - 1];
        for (int i = 0; i < from.length; i++) {
            from[i] = i;
        }
    }

    void draw(long seed, int number) {
        SplittableRandom random = new SplittableRandom(seed + STREAM * (number + 1));
        for (int window = 0; window < turns.length; window++) {
            int size = texts.windows[window + 1] - texts.windows[window];
            turns[window] = size > 0 ? below(random, size) : 0;
            draw(random, texts.windows[window], texts.windows[window + 1]);
        }
    }

    private void draw(SplittableRandom random, int start, int end) {
        for (int i = start; i < end; i++) {
            from[i] = i;
        }
        for (int i = end - 1; i > start; i--) {
            int j = start + below(random, i - start + 1);
            int other = from[i];
            from[i] = from[j];
            from[j] = other;
        }
    }

    /** Uneven by less than the window's length times 2^-32; twice as fast as an even one. */
    private static int below(SplittableRandom random, int bound) {
        return (int) (((random.nextLong() >>> 32) * bound) >>> 32);
    }

    /** Gives every token's experts to another. */
    void apply(short[] experts, int k, short[] x) {
        for (int i = 0; i < from.length; i++) {
            int source = from[i] * k;
            x[i * k] = experts[source];
            for (int choice = 1; choice < k; choice++) {
                x[i * k + choice] = experts[source + choice];
            }
        }
    }

    void turn(short[] experts, int k, short[] x) {
        for (int window = 0; window < turns.length; window++) {
            int start = texts.windows[window] * k;
            int size = texts.windows[window + 1] * k - start;
            int by = turns[window] * k;
            System.arraycopy(experts, start, x, start + by, size - by);
            System.arraycopy(experts, start + size - by, x, start, by);
        }
    }
}
