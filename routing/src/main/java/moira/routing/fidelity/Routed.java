package moira.routing.fidelity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import moira.engine.RoutingObserver;
import moira.engine.architecture.Architecture;

/** The experts chosen for one sequence: for each layer those of all positions, k a position. */
final class Routed implements RoutingObserver {
    private final int expertsPerToken;
    private final List<int[]> experts = new ArrayList<>();

    Routed(Architecture architecture) {
        expertsPerToken = architecture.expertsPerToken();
        for (int layer = 0; layer < architecture.depth(); layer++) {
            experts.add(new int[0]);
        }
    }

    void clear() {
        experts.replaceAll(all -> new int[0]);
    }

    /** {@code [position][k]}, flat. */
    int[] layer(int layer) {
        return experts.get(layer);
    }

    @Override
    public void routed(int layer, int position, int tokens, int[] chosen, float[] weights, float[] probabilities) {
        int from = position * expertsPerToken;
        int[] all = Arrays.copyOf(experts.get(layer), from + tokens * expertsPerToken);
        System.arraycopy(chosen, 0, all, from, tokens * expertsPerToken);
        experts.set(layer, all);
    }
}
