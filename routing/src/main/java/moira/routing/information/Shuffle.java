package moira.routing.information;

import java.util.SplittableRandom;

/**
 * A seeded permutation of the tokens within every window: which token's experts each token gets. The same number gives the same
 * permutation in every layer.
 */
final class Shuffle {
    private static final long STREAM = 0x9E3779B97F4A7C15L;

    private final Texts texts;

    /** {@code [tokens]} */
    final int[] from;

    /** {@code [tokens]} a permutation of those alone that follow another; the others are themselves. */
    final int[] fromFollowing;

    /** {@code [tokens]} each window turned round by a number of places: what is near in it stays near. */
    final int[] turned;

    final boolean[] follows;

    Shuffle(Texts texts) {
        this.texts = texts;
        from = new int[texts.size()];
        fromFollowing = new int[texts.size()];
        turned = new int[texts.size()];
        follows = new boolean[texts.size()];
        for (int window = 0; window + 1 < texts.windows.length; window++) {
            for (int i = texts.windows[window]; i < texts.windows[window + 1]; i++) {
                from[i] = i;
                fromFollowing[i] = i;
                turned[i] = i;
                follows[i] = texts.follows(i, window);
            }
        }
    }

    void draw(long seed, int number) {
        SplittableRandom random = new SplittableRandom(seed + STREAM * (number + 1));
        for (int window = 0; window + 1 < texts.windows.length; window++) {
            draw(random, texts.windows[window], texts.windows[window + 1]);
            turn(random, texts.windows[window], texts.windows[window + 1]);
        }
    }

    /** Of a permutation, the elements of a subset stand in an order that is a permutation of the subset: one draw serves both. */
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
        int next = start;
        for (int i = start; i < end; i++) {
            if (follows[i]) {
                while (!follows[from[next]]) {
                    next++;
                }
                fromFollowing[i] = from[next++];
            }
        }
    }

    private void turn(SplittableRandom random, int start, int end) {
        int by = end > start ? below(random, end - start) : 0;
        for (int i = start; i < end; i++) {
            turned[i] = i + by < end ? i + by : i + by - (end - start);
        }
    }

    /** Uneven by less than the window's length times 2^-32; twice as fast as an even one. */
    private static int below(SplittableRandom random, int bound) {
        return (int) (((random.nextLong() >>> 32) * bound) >>> 32);
    }
}
