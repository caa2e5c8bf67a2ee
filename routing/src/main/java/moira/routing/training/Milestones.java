package moira.routing.training;

import java.util.List;

/**
 * When a layer's experts became what they are: steps of the first probe from which on something holds, null where it does not in the
 * last probe either.
 *
 * @param half of the last probe's choices
 * @param most 90 % of them
 * @param vocabulary half of the bits of {@code token} in the last probe, where those hold
 * @param topic the same of {@code domain|token}
 * @param divergence the domains differ beyond chance
 */
record Milestones(int layer, Long half, Long most, Long vocabulary, Long topic, Long divergence) {
    static final double HALF = 0.5;
    static final double MOST = 0.9;

    static List<Milestones> of(Courses courses) {
        return courses.layers().stream().map(layer -> of(courses, layer)).toList();
    }

    private static Milestones of(Courses courses, int layer) {
        double[] saturation = courses.values("saturation", layer);
        return new Milestones(
                layer,
                step(courses, courses.reached(saturation, HALF)),
                step(courses, courses.reached(saturation, MOST)),
                step(courses, half(courses, "token", layer)),
                step(courses, half(courses, "domain|token", layer)),
                step(courses, courses.from(probe -> courses.holds("divergence", layer, probe))));
    }

    private static int half(Courses courses, String measure, int layer) {
        if (!courses.holds(measure, layer, courses.last())) {
            return -1;
        }
        double[] bits = courses.values(measure, layer);
        return courses.reached(bits, HALF * bits[courses.last()]);
    }

    private static Long step(Courses courses, int probe) {
        return probe < 0 ? null : (Long) courses.probes().get(probe).step();
    }
}
