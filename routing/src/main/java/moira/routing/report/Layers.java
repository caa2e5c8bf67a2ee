package moira.routing.report;

import java.util.List;
import java.util.stream.IntStream;

/** Which of the traced layers are drawn where all of them are too many. */
final class Layers {
    private Layers() {}

    /** First, middle and last, the Mixtral paper's choice: 0, n/2-1, n-1 (section 5). */
    static List<Integer> paper(List<Integer> layers) {
        int n = layers.size();
        return IntStream.of(0, Math.max(0, n / 2 - 1), n - 1)
                .distinct()
                .mapToObj(layers::get)
                .toList();
    }

    /** About {@code keep} of the layers, evenly apart; the paper's three are always among them. */
    static List<Integer> thin(List<Integer> layers, int keep) {
        if (layers.size() <= Math.max(keep, 3)) {
            return layers;
        }
        IntStream even = IntStream.range(0, keep).map(i -> i * (layers.size() - 1) / Math.max(1, keep - 1));
        return IntStream.concat(even.map(layers::get), paper(layers).stream().mapToInt(Integer::intValue))
                .sorted()
                .distinct()
                .boxed()
                .toList();
    }
}
