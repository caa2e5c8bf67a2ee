package moira.engine.kernel.vector;

/**
 * Which of two ways of doing the same work is the faster one here, found by doing it. Some runs are pairs, one of each way, and the way
 * that won more pairs does the runs that follow, until the next trial: code is compiled meanwhile, and memory may be another one. Pairs
 * that another process disturbed count no more than others. For one thread.
 */
final class Trial {
    /** Even, so that each way runs first as often; a draw leaves the first way. */
    private static final int PAIRS = 32;

    private static final int FIRST_RUNS = 256;
    private static final int MOST_RUNS = 1 << 12;

    private int run;
    private int runs = FIRST_RUNS;
    private long firstTook;
    private int won;
    private boolean chosen;

    /** Whether the coming run takes the second way. Of pairs, in turns, the second run and the first do. */
    boolean second() {
        return isTrial() ? (run + 1) % 4 >= 2 : chosen;
    }

    /** Whether the coming run is to be timed. */
    boolean isTrial() {
        return run < 2 * PAIRS;
    }

    /**
     * The run is over.
     *
     * @param nanos what it took, if it was timed
     */
    void took(long nanos) {
        if (isTrial()) {
            compare(nanos);
        }
        run++;
        if (run == 2 * PAIRS) {
            chosen = won > PAIRS / 2;
        } else if (run == 2 * PAIRS + runs) {
            run = 0;
            won = 0;
            runs = Math.min(MOST_RUNS, 2 * runs);
        }
    }

    private void compare(long nanos) {
        boolean firstOfPair = run % 2 == 0;
        if (firstOfPair) {
            firstTook = nanos;
        } else if (second() ? nanos < firstTook : firstTook < nanos) {
            won++;
        }
    }
}
