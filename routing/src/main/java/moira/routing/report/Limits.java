package moira.routing.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import moira.routing.result.Run;
import moira.routing.result.Text;
import tools.jackson.databind.JsonNode;

/** What the figures cannot carry, and what was found in the corpus that fakes specialisation. */
final class Limits {
    private static final int FEW_SOURCES = 10;

    private Limits() {}

    static List<String> of(Run run) {
        List<String> limits = new ArrayList<>();
        if (!run.complete()) {
            limits.add("The trace is incomplete: it was cut off, and the figures cover what had been written.");
        }
        if (run.phase().equals("prefill")) {
            limits.add("Routing was recorded while reading text (prefill); while generating it can differ.");
        }
        int fewest = Arrays.stream(run.sourcesByDomain()).min().orElse(0);
        if (fewest < FEW_SOURCES) {
            limits.add(Text.of("The smallest domain has %d documents: intervals over so few are rough.", fewest));
        }
        found(limits, run, "repeated_documents", "documents repeat another one");
        found(limits, run, "shared_prefixes", "documents begin like another one, as with a shared prompt");
        found(limits, run, "skipped_lines", "lines of the corpus could not be read and were left out");
        limits.add(
                "Domains use different words: where a token keeps its expert, domains differ in vocabulary, which need not be"
                        + " topic.");
        limits.add("An expert's number means nothing across layers: expert 3 of two layers are two different experts.");
        return limits;
    }

    private static void found(List<String> limits, Run run, String key, String what) {
        JsonNode value = run.analysis().path(key);
        int n = value.isNumber() ? value.asInt() : value.size();
        if (n > 0) {
            limits.add(Text.of("%,d %s.", n, what));
        }
    }
}
