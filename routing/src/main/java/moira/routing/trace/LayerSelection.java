package moira.routing.trace;

import java.util.List;
import java.util.TreeSet;
import moira.engine.MoiraException;

/**
 * Which layers are traced: {@code all}, or numbers and the words {@code first}, {@code middle}, {@code last}, with commas between.
 * The three words are the layers that Mixtral of Experts (section 5) shows: 0, n/2 - 1 and n - 1, which is 0, 15, 31 of 32.
 */
public record LayerSelection(String text) {
    public static final LayerSelection ALL = new LayerSelection("all");

    /**
     * The layers of a model that has n, ascending.
     *
     * @throws MoiraException if a name is none of those, or a layer is not in the model
     */
    public List<Integer> of(int n) {
        TreeSet<Integer> layers = new TreeSet<>();
        for (String name : text.split(",", -1)) {
            switch (name.strip()) {
                case "all" -> {
                    for (int layer = 0; layer < n; layer++) {
                        layers.add(layer);
                    }
                }
                case "first" -> layers.add(0);
                case "middle" -> layers.add(Math.max(n / 2 - 1, 0));
                case "last" -> layers.add(n - 1);
                default -> layers.add(number(name.strip(), n));
            }
        }
        return List.copyOf(layers);
    }

    private static int number(String name, int n) {
        int layer;
        try {
            layer = Integer.parseInt(name);
        } catch (NumberFormatException e) {
            throw new MoiraException("layers: expected all, first, middle, last or a number, found '" + name + "'", e);
        }
        if (layer < 0 || layer >= n) {
            throw MoiraException.expected("layers", "a layer from 0 to " + (n - 1), layer);
        }
        return layer;
    }
}
