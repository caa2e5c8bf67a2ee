package moira.routing.training;

import java.util.List;
import moira.routing.trace.TraceHeader;

/**
 * What {@code training.json} says: what was followed, and what came out in words.
 *
 * @param domains of the held-out texts
 * @param skipped probes that could not be used
 * @param lastStep of the training, as far as it is recorded
 */
record TrainingHeader(
        String model,
        int experts,
        int expertsPerToken,
        List<Integer> layers,
        List<TraceHeader.Domain> domains,
        List<Step> probes,
        List<Skipped> skipped,
        long lastStep,
        long lastTokens,
        int bootstrap,
        int permutations,
        long seed,
        String moiraVersion,
        String headline,
        List<String> details,
        List<String> notes,
        List<Milestones> milestones) {
    /** When a probe was made. */
    record Step(long step, long tokens) {}

    /** A probe that could not be used, and why. */
    record Skipped(long step, String reason) {}
}
