package moira.routing.trace;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import moira.engine.MoiraException;
import moira.engine.RoutingObserver;

/**
 * The routing of some windows, in plain arrays: within a window by layer, then by choice, then by position, so that what is
 * alike lies together and compresses.
 */
final class PartBuffer {
    private static final double LOG2 = Math.log(2);

    private final List<Window> windows;
    private final int[] layerIndex;
    private final int layers;
    private final int experts;
    private final int k;
    private final short[] chosen;
    private final float[] weights;
    private final float[] entropies;
    private final float[] margins;
    /** Windows that were begun, and the tokens of those. */
    private int begun;

    private int begunTokens;
    private final List<Taker> open = new ArrayList<>();

    PartBuffer(List<Window> windows, TraceHeader header) {
        this.windows = windows;
        this.layers = header.layers().size();
        this.experts = header.experts();
        this.k = header.expertsPerToken();
        this.layerIndex = new int[header.modelLayers()];
        Arrays.fill(layerIndex, -1);
        for (int i = 0; i < layers; i++) {
            layerIndex[header.layers().get(i)] = i;
        }
        int decisions = Math.toIntExact(Math.multiplyExact(Plan.tokens(windows), layers));
        chosen = new short[Math.multiplyExact(decisions, k)];
        weights = new float[chosen.length];
        entropies = new float[decisions];
        margins = new float[decisions];
    }

    List<Window> windows() {
        return windows;
    }

    boolean isFull() {
        return begun == windows.size();
    }

    /** Goes on with the next window; what is returned takes its routing. */
    RoutingObserver begin(Window expected) {
        Window window = windows.get(begun++);
        if (window.document() != expected.document()) {
            throw new IllegalArgumentException("windows are recorded in the order of the plan");
        }
        Taker taker = new Taker(window, begunTokens);
        begunTokens += window.tokens().length;
        open.add(taker);
        return taker;
    }

    /** Fails if the model did not tell where every token of the windows went that were begun. */
    void end() {
        open.forEach(Taker::end);
        open.clear();
    }

    /** Takes the routing of one window. */
    private final class Taker implements RoutingObserver {
        private final Window window;
        /** Tokens of the windows before it. */
        private final int before;

        private int routed;

        private Taker(Window window, int before) {
            this.window = window;
            this.before = before;
        }

        @Override
        public void routed(int layer, int position, int tokens, int[] experts, float[] weights, float[] probabilities) {
            int index = layerIndex[layer];
            if (index < 0) {
                return;
            }
            for (int token = 0; token < tokens; token++) {
                choices(layer, position, token, experts, weights);
                int at = before * layers + index * length() + position + token;
                entropies[at] = entropy(probabilities, token * PartBuffer.this.experts);
                margins[at] = margin(experts, token * k, probabilities, token * PartBuffer.this.experts);
            }
            routed += tokens;
        }

        private void choices(int layer, int position, int token, int[] experts, float[] weights) {
            for (int choice = 0; choice < k; choice++) {
                float weight = weights[token * k + choice];
                if (!Float.isFinite(weight)) {
                    throw MoiraException.expected(
                            "document " + window.document() + ", layer " + layer + ", position " + (position + token),
                            "a router whose weights are numbers",
                            weight + " (the model's weights are broken)");
                }
                int at = before * layers * k + (layerIndex[layer] * k + choice) * length() + position + token;
                chosen[at] = (short) experts[token * k + choice];
                PartBuffer.this.weights[at] = weight;
            }
        }

        private void end() {
            int expected = length() * layers;
            if (routed != expected) {
                throw MoiraException.expected("document " + window.document(), expected + " routing decisions", routed);
            }
        }

        private int length() {
            return window.tokens().length;
        }
    }

    /** In bits. */
    private float entropy(float[] probabilities, int from) {
        double nats = 0;
        for (int expert = 0; expert < experts; expert++) {
            double p = probabilities[from + expert];
            nats -= p > 0 ? p * Math.log(p) : 0;
        }
        return (float) (nats / LOG2);
    }

    /** The probability of the last chosen expert minus that of the first refused one, 0 where none is refused. */
    private float margin(int[] chosen, int first, float[] probabilities, int from) {
        float refused = 0;
        for (int expert = 0; expert < experts; expert++) {
            if (probabilities[from + expert] > refused && !contains(chosen, first, expert)) {
                refused = probabilities[from + expert];
            }
        }
        return probabilities[from + chosen[first + k - 1]] - refused;
    }

    private boolean contains(int[] chosen, int first, int expert) {
        for (int choice = 0; choice < k; choice++) {
            if (chosen[first + choice] == expert) {
                return true;
            }
        }
        return false;
    }

    /** Gives every window's arrays, {@code [positions]}, layer by layer and choice by choice. */
    void forEachChoice(Choices choices) throws SQLException {
        int at = 0;
        for (Window w : windows) {
            int n = w.tokens().length;
            for (int row = 0; row < layers * k; row++, at += n) {
                short[] e = Arrays.copyOfRange(chosen, at, at + n);
                choices.row(w, row / k, row % k + 1, e, Arrays.copyOfRange(weights, at, at + n));
            }
        }
    }

    /** Gives every window's arrays, {@code [positions]}, layer by layer. */
    void forEachLayer(Decisions decisions) throws SQLException {
        int at = 0;
        for (Window w : windows) {
            int n = w.tokens().length;
            for (int row = 0; row < layers; row++, at += n) {
                float[] e = Arrays.copyOfRange(entropies, at, at + n);
                decisions.row(w, row, e, Arrays.copyOfRange(margins, at, at + n));
            }
        }
    }

    /** Takes the experts and weights of one choice (from 1) in one traced layer (its index). */
    @FunctionalInterface
    interface Choices {
        void row(Window window, int layerIndex, int choice, short[] experts, float[] weights) throws SQLException;
    }

    /** Takes the router's entropies and margins in one traced layer (its index). */
    @FunctionalInterface
    interface Decisions {
        void row(Window window, int layerIndex, float[] entropies, float[] margins) throws SQLException;
    }
}
