package moira.routing.training;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import moira.routing.result.Text;
import moira.routing.trace.TraceHeader;
import moira.routing.verdict.Rule;

/** What the history of a training cannot carry. */
final class Notes {
    private Notes() {}

    static List<String> of(
            List<Probe> probes, List<LossBin> losses, List<TrainingHeader.Skipped> skipped, TraceHeader last) {
        List<String> notes = new ArrayList<>();
        for (TrainingHeader.Skipped one : skipped) {
            notes.add(Text.of("The probe after step %,d is left out: %s.", one.step(), one.reason()));
        }
        long end = losses.isEmpty() ? 0 : losses.getLast().step();
        if (end > probes.getLast().step()) {
            notes.add(Text.of(
                    "The last probe is of step %,d, while the training went on to step %,d: what is called the last model is that of"
                            + " the last probe.",
                    probes.getLast().step(), end));
        }
        String few = last.corpus().domains().stream()
                .filter(domain -> domain.documents() < Rule.DEFAULT.fewSources())
                .map(domain -> domain.domain() + " (" + domain.documents() + ")")
                .collect(Collectors.joining(", "));
        if (!few.isEmpty()) {
            notes.add("Few held-out texts in " + few
                    + ": of what concerns domains only large effects can show, and intervals are rough.");
        }
        return notes;
    }
}
