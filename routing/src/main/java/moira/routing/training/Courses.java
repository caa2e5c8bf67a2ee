package moira.routing.training;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Measures over the probes: what the sentences are made of. */
final class Courses {
    private final List<Probe> probes;
    private final List<Integer> layers;
    private final Map<List<Object>, Point[]> courses = new HashMap<>();

    Courses(List<Probe> probes, List<Integer> layers, List<Point> points) {
        this.probes = probes;
        this.layers = layers;
        for (Point point : points) {
            Point[] course =
                    courses.computeIfAbsent(List.of(point.measure(), point.layer()), key -> new Point[probes.size()]);
            course[probes.indexOf(point.probe())] = point;
        }
    }

    List<Probe> probes() {
        return probes;
    }

    List<Integer> layers() {
        return layers;
    }

    int last() {
        return probes.size() - 1;
    }

    /** NaN where a probe does not have it. */
    double[] values(String measure, int layer) {
        Point[] course = courses.getOrDefault(List.of(measure, layer), new Point[probes.size()]);
        return Arrays.stream(course)
                .mapToDouble(point -> point == null ? Double.NaN : point.value())
                .toArray();
    }

    /** Over some layers; of no layers NaN. */
    double[] mean(String measure, List<Integer> of) {
        double[] mean = new double[probes.size()];
        for (int layer : of) {
            double[] values = values(measure, layer);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += values[i];
            }
        }
        return Arrays.stream(mean).map(sum -> sum / of.size()).toArray();
    }

    /** A point; null where the probe does not have it. */
    Point point(String measure, int layer, int probe) {
        return courses.getOrDefault(List.of(measure, layer), new Point[probes.size()])[probe];
    }

    boolean holds(String measure, int layer, int probe) {
        Point point = point(measure, layer, probe);
        return point != null && Boolean.TRUE.equals(point.holds());
    }

    /** The layers in which it holds in the last probe. */
    List<Integer> holding(String measure) {
        return layers.stream().filter(layer -> holds(measure, layer, last())).toList();
    }

    /** The first probe from which on all fulfil a condition; -1 where the last one does not. */
    int from(IntPredicate condition) {
        int first = -1;
        for (int i : IntStream.iterate(last(), i -> i >= 0, i -> i - 1).toArray()) {
            if (!condition.test(i)) {
                return first;
            }
            first = i;
        }
        return first;
    }

    /** The first probe from which on values are not below a threshold. */
    int reached(double[] values, double threshold) {
        return from(i -> values[i] >= threshold);
    }
}
