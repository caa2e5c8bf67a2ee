package moira.routing.trace;

import java.util.List;
import java.util.TreeSet;
import moira.engine.MoiraException;

/**
 * Which layers are traced: {@code all}, or numbers and the words {@code first}, {@code middle}, {@code last}, with commas between.
 * The three words are the layers that Mixtral of Experts (section 5) shows: 0, n/2 - 1 and n - 1, which is 0, 15, 31 of 32;
 * of a model with dense layers, as many of those that route.
 */
public record LayerSelection(String text) {
    public static final LayerSelection ALL = new LayerSelection("all");

    /**
     * The layers that are chosen, ascending.
     *
     * @param routed the layers of the model that route, ascending: first, middle and last are among these
     * @throws MoiraException if a name is none of those, a layer does not route, or none does
     */
    public List<Integer> of(List<Integer> routed) {
        if (routed.isEmpty()) {
            throw MoiraException.expected("model", "layers that route their tokens to experts", "a dense model");
        }
        TreeSet<Integer> layers = new TreeSet<>();
        for (String name : text.split(",", -1)) {
            switch (name.strip()) {
                case "all" -> layers.addAll(routed);
                case "first" -> layers.add(routed.getFirst());
                case "middle" -> layers.add(routed.get(Math.max(routed.size() / 2 - 1, 0)));
                case "last" -> layers.add(routed.getLast());
                default -> layers.add(number(name.strip(), routed));
            }
        }
        return List.copyOf(layers);
    }

    private static int number(String name, List<Integer> routed) {
        int layer;
        try {
            layer = Integer.parseInt(name);
        } catch (NumberFormatException e) {
            throw new MoiraException("layers: expected all, first, middle, last or a number, found '" + name + "'", e);
        }
        if (!routed.contains(layer)) {
            boolean all = routed.size() == routed.getLast() + 1;
            String which = "a layer from " + routed.getFirst() + " to " + routed.getLast();
            throw MoiraException.expected("layers", all ? which : which + " that routes", layer);
        }
        return layer;
    }
}
