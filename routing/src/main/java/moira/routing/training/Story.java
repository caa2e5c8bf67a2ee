package moira.routing.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import moira.routing.result.Text;

/** When experts become what they are, in sentences that the figures carry. */
final class Story {
    private static final String TOKEN = "token";
    private static final String TOPIC = "domain|token";

    private final Courses courses;
    private final When when;

    Story(Courses courses) {
        this.courses = courses;
        this.when = new When(courses.probes());
    }

    String headline() {
        if (courses.last() == 0) {
            return Text.of(
                    "One probe, after step %,d: what came before it was not recorded.",
                    courses.probes().getFirst().step());
        }
        double[] saturation = courses.mean("saturation", courses.layers());
        return Text.of(
                "Half of the last model’s choices of experts are in place %s, 90\u00a0%% %s.%s",
                when.by(courses.reached(saturation, Milestones.HALF)),
                when.by(courses.reached(saturation, Milestones.MOST)),
                order());
    }

    /** Whether words or topics come first, where both hold in the last model. */
    private String order() {
        int words = half(TOKEN);
        int topics = half(TOPIC);
        if (words < 0 || topics < 0) {
            return "";
        }
        String order = words < topics
                ? "Words come before topics"
                : words > topics ? "Topics come before words" : "Words and topics come together";
        return Text.of(
                " %s: vocabulary has half of its final bits %s, topic beyond vocabulary %s.",
                order, when.by(words), when.by(topics));
    }

    private int half(String measure) {
        List<Integer> holding = courses.holding(measure);
        double[] bits = courses.mean(measure, holding);
        return holding.isEmpty() ? -1 : courses.reached(bits, Milestones.HALF * bits[courses.last()]);
    }

    List<String> details() {
        if (courses.last() == 0) {
            return List.of();
        }
        List<String> details = new ArrayList<>();
        details.add(start());
        details.add(layers());
        details.add(cue("Vocabulary", TOKEN));
        details.add(cue("Topic beyond vocabulary", TOPIC));
        details.add(cue("The neighbour", "previous_choice"));
        details.add(domains());
        details.add(load());
        details.add(loss());
        details.removeIf(String::isEmpty);
        return details;
    }

    private String start() {
        Probe first = courses.probes().getFirst();
        List<Point> points = courses.layers().stream()
                .map(layer -> courses.point("saturation", layer, 0))
                .toList();
        return Text.of(
                "%s, %s of the choices are those of the last model; routers that choose evenly would share %s, independent ones"
                        + " with these loads %s.",
                first.step() == 0 ? "Before any training" : Text.of("After step %,d, the first probe", first.step()),
                Text.percent(points.stream().mapToDouble(Point::value).average().orElse(Double.NaN)),
                Text.percent(points.getFirst().chance()),
                Text.percent(
                        points.stream().mapToDouble(Point::byLoad).average().orElse(Double.NaN)));
    }

    private String layers() {
        Comparator<Integer> order = Comparator.comparing(this::settled);
        int first = courses.layers().stream().min(order).orElseThrow();
        int last = courses.layers().stream().max(order).orElseThrow();
        if (settled(first) == settled(last)) {
            return Text.of(
                    "%s 90\u00a0%% %s.",
                    courses.layers().size() == 1 ? "Its layer has" : "All layers have", when.between(settled(first)));
        }
        return Text.of(
                "Layer %d is the first to have 90\u00a0%% of its last choices, %s; layer %d the last, %s.",
                first, when.between(settled(first)), last, when.between(settled(last)));
    }

    private int settled(int layer) {
        return courses.reached(courses.values("saturation", layer), Milestones.MOST);
    }

    private String cue(String name, String measure) {
        List<Integer> holding = courses.holding(measure);
        if (holding.isEmpty()) {
            boolean known =
                    courses.layers().stream().anyMatch(layer -> courses.point(measure, layer, courses.last()) != null);
            return known
                    ? name
                            + " tells nothing beyond chance of the last model’s experts, in any layer: there is no step to name."
                    : "";
        }
        double[] bits = courses.mean(measure, holding);
        double end = bits[courses.last()];
        int peak = peak(bits);
        String higher = bits[peak] > 1.25 * end
                ? Text.of(
                        " It was most after step %,d (%.2f bits).",
                        courses.probes().get(peak).step(), bits[peak])
                : "";
        return Text.of(
                "%s tells %.2f bits of a token’s expert in the last model (in %d of %d layers beyond chance), half of that %s;"
                        + " %.2f bits in the first probe.%s",
                name, end, holding.size(), courses.layers().size(), when.between(half(measure)), bits[0], higher);
    }

    private static int peak(double[] values) {
        int peak = 0;
        for (int i = 1; i < values.length; i++) {
            peak = values[i] > values[peak] ? i : peak;
        }
        return peak;
    }

    private String domains() {
        List<Integer> holding = courses.holding("divergence");
        Point any = courses.point("divergence", courses.layers().getFirst(), courses.last());
        if (any == null || any.holds() == null) {
            return "";
        }
        if (holding.isEmpty()) {
            return "The domains’ use of experts differs beyond shuffled labels in no layer of the last model.";
        }
        int from = holding.stream()
                .mapToInt(layer -> courses.from(probe -> courses.holds("divergence", layer, probe)))
                .min()
                .orElseThrow();
        return Text.of(
                "The domains’ use of experts differs beyond shuffled labels in %d of %d layers of the last model, in the first of"
                        + " them %s.",
                holding.size(), courses.layers().size(), when.between(from));
    }

    private String load() {
        double[] busiest = courses.mean("load_max_over_mean", courses.layers());
        int peak = peak(busiest);
        double dead = courses.layers().stream()
                .flatMapToDouble(layer -> Arrays.stream(courses.values("dead_experts", layer)))
                .max()
                .orElse(0);
        return Text.of(
                "The busiest expert of a layer has %.2f times the mean load in the first probe, %.2f in the last, most after step"
                        + " %,d (%.2f). %s",
                busiest[0],
                busiest[courses.last()],
                courses.probes().get(peak).step(),
                busiest[peak],
                dead == 0
                        ? "No expert is ever without tokens."
                        : Text.of("At worst %.0f experts of a layer have no token.", dead));
    }

    private String loss() {
        double[] loss = courses.probes().stream().mapToDouble(Probe::meanLoss).toArray();
        double fall = loss[0] - loss[courses.last()];
        if (!(fall > 0)) {
            return "";
        }
        int half = courses.from(probe -> loss[0] - loss[probe] >= Milestones.HALF * fall);
        return Text.of(
                "The held-out loss falls from %.2f to %.2f nats a token, averaged over domains, half of it %s.",
                loss[0], loss[courses.last()], when.between(half));
    }
}
