package moira.routing.information;

import java.util.Arrays;

/** The tokens that were routed, in their order, and what is known of each before it is routed. */
public final class Texts {
    final int[] windows;
    final int[] units;
    final int[] domains;
    final int[] tokens;
    final int[] positions;
    final int[] classes;

    /**
     * @param windows {@code [windows + 1]} where each begins, and the number of tokens
     * @param units {@code [tokens]} the unit of resampling that each token belongs to
     * @param domains {@code [units]} the domain of each unit, from 0
     * @param tokens {@code [tokens]} its type, numbered from 0 without many gaps; null where it is not known
     * @param positions {@code [tokens]} in the window; ascending
     * @param classes {@code [types]} the class of each type, from 0; null where it is not known
     */
    public Texts(int[] windows, int[] units, int[] domains, int[] tokens, int[] positions, int[] classes) {
        this.windows = windows;
        this.units = units;
        this.domains = domains;
        this.tokens = tokens;
        this.positions = positions;
        this.classes = classes;
    }

    public int size() {
        return units.length;
    }

    public int token(int i) {
        return tokens[i];
    }

    public int unit(int i) {
        return units[i];
    }

    /** Some tokens that directly follow one another. */
    @FunctionalInterface
    public interface Run {
        void tokens(int from, int to);
    }

    /** Every window, and where some of its tokens are missing every part of it. */
    public void forEachRun(Run run) {
        boolean[] follows = follows();
        int from = 0;
        for (int i = 1; i <= follows.length; i++) {
            if (i == follows.length || !follows[i]) {
                run.tokens(from, i);
                from = i;
            }
        }
    }

    int unitCount() {
        return domains.length;
    }

    int domainCount() {
        return count(domains);
    }

    /** {@code [tokens]} whether each directly follows the one before it, in the same window. */
    boolean[] follows() {
        boolean[] follows = new boolean[size()];
        for (int window = 0; window + 1 < windows.length; window++) {
            for (int i = windows[window] + 1; i < windows[window + 1]; i++) {
                follows[i] = positions[i] == positions[i - 1] + 1;
            }
        }
        return follows;
    }

    /** What precedes each token of some sort, -1 where nothing does. */
    int[] previous(int[] sort) {
        boolean[] follows = follows();
        int[] previous = new int[size()];
        Arrays.setAll(previous, i -> follows[i] ? sort[i - 1] : -1);
        return previous;
    }

    int[] domainOfTokens() {
        return Arrays.stream(units).map(unit -> domains[unit]).toArray();
    }

    /** {@code [tokens]} */
    public int[] classOfTokens() {
        return Arrays.stream(tokens).map(token -> classes[token]).toArray();
    }

    /** Powers of two: 0, 1, 2 and 3, 4 to 7... */
    int[] buckets() {
        return Arrays.stream(positions)
                .map(position -> Integer.SIZE - Integer.numberOfLeadingZeros(position))
                .toArray();
    }

    /** The number behind the largest value. */
    static int count(int[] values) {
        return Arrays.stream(values).max().orElse(-1) + 1;
    }

    /** Without some of the tokens; the units and domains stay. */
    public Texts only(int[] kept) {
        int[] starts = new int[windows.length];
        int at = 0;
        for (int window = 0; window < windows.length; window++) {
            while (at < kept.length && kept[at] < windows[window]) {
                at++;
            }
            starts[window] = at;
        }
        return new Texts(starts, pick(units, kept), domains, pick(tokens, kept), pick(positions, kept), classes);
    }

    private static int[] pick(int[] values, int[] kept) {
        return values == null ? null : Arrays.stream(kept).map(i -> values[i]).toArray();
    }
}
