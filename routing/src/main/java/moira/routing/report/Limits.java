package moira.routing.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import moira.routing.result.Run;
import moira.routing.result.Text;
import tools.jackson.databind.JsonNode;

/** What the figures cannot carry: the caveats of the verdict, and what holds of every report. */
final class Limits {
    private Limits() {}

    /** @param verdict as {@code verdict.json} has it */
    static List<String> of(Run run, Optional<JsonNode> verdict) {
        List<String> limits = new ArrayList<>();
        verdict.ifPresent(json -> json.path("caveats")
                .forEach(caveat -> limits.add(caveat.path("words").asString(""))));
        JsonNode skipped = run.analysis().path("skipped_lines");
        if (skipped.asInt(0) > 0) {
            limits.add(Text.of("%,d lines of the corpus could not be read and were left out.", skipped.asInt(0)));
        }
        limits.add("An expert's number means nothing across layers: expert 3 of two layers are two different experts.");
        return limits;
    }
}
