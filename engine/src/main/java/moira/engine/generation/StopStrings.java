package moira.engine.generation;

import java.util.List;

/**
 * Watches a stream of text for strings that end it. Text that may be the start of a stop string is held back until it is
 * clear, so that no part of one is ever printed.
 */
public final class StopStrings {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private boolean stopped;

    /** Empty strings stop nothing. */
    public StopStrings(List<String> stops) {
        this.stops = stops.stream().filter(s -> !s.isEmpty()).toList();
    }

    /** Takes the next piece of the stream and gives what may be printed. */
    public String accept(String text) {
        if (stopped) {
            return "";
        }
        held.append(text);
        int first = firstStop();
        if (first >= 0) {
            stopped = true;
            held.setLength(first);
            return finish();
        }
        int clear = held.length() - longestStart();
        String out = held.substring(0, clear);
        held.delete(0, clear);
        return out;
    }

    /** What was held back, at the end of the stream. */
    public String finish() {
        String out = held.toString();
        held.setLength(0);
        return out;
    }

    public boolean stopped() {
        return stopped;
    }

    private int firstStop() {
        return stops.stream().mapToInt(held::indexOf).filter(i -> i >= 0).min().orElse(-1);
    }

    /** The length of the longest end of the held text that is the start of a stop string. */
    private int longestStart() {
        int longest = 0;
        for (String stop : stops) {
            for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
                if (stop.startsWith(held.substring(held.length() - n))) {
                    longest = n;
                }
            }
        }
        return longest;
    }
}
