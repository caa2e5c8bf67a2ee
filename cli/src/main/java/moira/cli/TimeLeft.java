package moira.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * How long a training will still take. Of minutes it is what is left of them; of tokens it follows from the rate of the last steps,
 * for the first ones are much slower. Only time in steps counts, as it does in the budget.
 */
final class TimeLeft {
    /** Seconds of steps that the rate is taken from. */
    private static final double RECENT = 60;

    private final long tokens;
    private final double minutes;
    private final Deque<Mark> marks = new ArrayDeque<>();

    /** Where a training stood. */
    private record Mark(long tokens, double seconds) {}

    /**
     * A budget, as the recipe has it.
     *
     * @param tokens 0 for none
     * @param minutes 0 for none
     */
    TimeLeft(long tokens, double minutes) {
        this.tokens = tokens;
        this.minutes = minutes;
    }

    /**
     * Seconds left after a step; NaN while the rate is not known.
     *
     * @param tokensDone since the beginning
     * @param secondsDone spent in steps since the beginning
     */
    double after(long tokensDone, double secondsDone) {
        marks.add(new Mark(tokensDone, secondsDone));
        while (marks.size() > 2 && secondsDone - marks.peek().seconds() > RECENT) {
            marks.remove();
        }
        Mark from = marks.peek();
        double rate = (tokensDone - from.tokens()) / (secondsDone - from.seconds());
        double ofTime = minutes == 0 ? Double.NaN : Math.max(0, 60 * minutes - secondsDone);
        double ofTokens = tokens == 0 ? Double.NaN : Math.max(0, tokens - tokensDone) / rate;
        return Double.isNaN(ofTime) ? ofTokens : Double.isNaN(ofTokens) ? ofTime : Math.min(ofTime, ofTokens);
    }

    /** In words. */
    static String words(double seconds) {
        if (Double.isNaN(seconds)) {
            return "time left not known yet";
        }
        return seconds < 120
                ? String.format(Locale.ROOT, "%.0f s left", seconds)
                : String.format(Locale.ROOT, "%,.0f min left", seconds / 60);
    }
}
