package moira.routing.training;

import java.util.List;
import moira.routing.result.Text;

/** Times of a training in words. What was reached at a probe was reached between it and the one before. */
record When(List<Probe> probes) {
    /** "by step 64 (2 % of the training)", by the tokens seen. */
    String by(int probe) {
        if (probe == 0) {
            return Text.of(
                    "from the first probe on (step %,d)", probes.getFirst().step());
        }
        if (probe == probes.size() - 1) {
            return "only in the last probe";
        }
        double share = (double) probes.get(probe).tokens() / probes.getLast().tokens();
        return Text.of("by step %,d (%s of the training)", probes.get(probe).step(), percent(share));
    }

    /** "between steps 32 and 64". */
    String between(int probe) {
        return probe == 0
                ? Text.of(
                        "from the first probe on (step %,d)", probes.getFirst().step())
                : Text.of(
                        "between steps %,d and %,d",
                        probes.get(probe - 1).step(), probes.get(probe).step());
    }

    private static String percent(double share) {
        return Text.of(share < 0.1 ? "%.1f\u00a0%%" : "%.0f\u00a0%%", 100 * share);
    }
}
