package moira.routing.fidelity;

import java.util.Arrays;
import java.util.List;
import moira.engine.architecture.Architecture;
import moira.routing.trace.Window;

/** Adds up where two models differ. Special tokens count neither as routed nor as predicted. */
final class Differences {
    private final int expertsPerToken;
    private final List<Integer> layers;
    private final long[] otherSet;
    private final long[] otherFirst;
    private long routed;
    private long predicted;
    private double source;
    private double converted;
    private double absolute;

    Differences(Architecture architecture) {
        expertsPerToken = architecture.expertsPerToken();
        layers = architecture.routedLayers();
        otherSet = new long[layers.size()];
        otherFirst = new long[layers.size()];
    }

    /**
     * Adds a window.
     *
     * @param sourceLogs {@code [tokens - 1]}, the log-probability of every token but the first
     * @param convertedLogs the same of the other model
     */
    void add(Routed source, float[] sourceLogs, Routed converted, float[] convertedLogs, Window window) {
        routed += window.textTokens();
        for (int i = 0; i < otherSet.length; i++) {
            int layer = layers.get(i);
            for (int token = window.specials(); token < window.tokens().length; token++) {
                compare(i, chosen(source, layer, token), chosen(converted, layer, token));
            }
        }
        for (int i = Math.max(0, window.specials() - 1); i < sourceLogs.length; i++) {
            predicted++;
            this.source += sourceLogs[i];
            this.converted += convertedLogs[i];
            absolute += Math.abs((double) sourceLogs[i] - convertedLogs[i]);
        }
    }

    private int[] chosen(Routed routed, int layer, int token) {
        int from = token * expertsPerToken;
        return Arrays.copyOfRange(routed.layer(layer), from, from + expertsPerToken);
    }

    private void compare(int i, int[] expected, int[] found) {
        otherFirst[i] += expected[0] == found[0] ? 0 : 1;
        Arrays.sort(expected);
        Arrays.sort(found);
        otherSet[i] += Arrays.equals(expected, found) ? 0 : 1;
    }

    Fidelity result() {
        return new Fidelity(
                predicted,
                shares(otherSet),
                shares(otherFirst),
                source / predicted,
                converted / predicted,
                absolute / predicted);
    }

    private List<Double> shares(long[] counts) {
        return Arrays.stream(counts).mapToObj(count -> (double) count / routed).toList();
    }
}
