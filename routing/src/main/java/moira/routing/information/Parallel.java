package moira.routing.information;

import java.util.stream.IntStream;

/** Work in a fixed number of pieces, so that what is added up does not depend on how many threads there are. */
final class Parallel {
    private static final int PIECES = 16;

    private Parallel() {}

    /** A piece of the work: its number, and the part of a range that it goes through. */
    @FunctionalInterface
    interface Piece {
        void run(int piece, int from, int to);
    }

    static int pieces(int size) {
        return Math.min(PIECES, size);
    }

    static void run(int size, Piece work) {
        int pieces = pieces(size);
        IntStream.range(0, pieces)
                .parallel()
                .forEach(piece -> work.run(
                        piece, (int) ((long) size * piece / pieces), (int) ((long) size * (piece + 1) / pieces)));
    }
}
