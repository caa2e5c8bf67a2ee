package moira.routing.verdict;

import java.util.ArrayList;
import java.util.List;
import moira.routing.result.Run;
import moira.routing.result.Text;

/** Raises the caveats, each by a rule: of the recording and the tests here, of the corpus in {@link CorpusCaveats}. */
final class Caveats {
    private final Run run;
    private final Rule rule;
    private final List<Caveat> caveats = new ArrayList<>();

    private Caveats(Run run, Rule rule) {
        this.run = run;
        this.rule = rule;
    }

    /** @param correction as {@link Verdict#correction} */
    static List<Caveat> of(Run run, List<DomainTraits> domains, ModelVerdict model, String correction, Rule rule) {
        Caveats raised = new Caveats(run, rule);
        raised.recording();
        raised.tests(model, correction);
        // Of counts that could not be tested there are no documents to be few.
        boolean documents = model.layers() == 0 || correction != null;
        raised.caveats.addAll(CorpusCaveats.of(run, domains, model, documents, rule));
        return raised.caveats;
    }

    private void add(String kind, String words) {
        caveats.add(new Caveat(kind, words));
    }

    /** How the routing was recorded. */
    private void recording() {
        if (!run.complete()) {
            add("incomplete", "The trace is incomplete: it was cut off, and the figures cover what had been written.");
        }
        if (run.phase().equals("decode")) {
            add(
                    "decode_only",
                    "Routing was recorded while generating text (decode) alone: the model wrote the tokens itself, so a domain"
                            + " here is what it was asked about; while reading text routing can differ.");
        }
        if (run.phase().equals("prefill")) {
            add("prefill_only", "Routing was recorded while reading text (prefill); while generating it can differ.");
        }
        long dropped = run.analysis().path("origin").path("dropped").asLong(0);
        if (dropped > 0) {
            add(
                    "dropped_assignments",
                    Text.of(
                            "The source had dropped %,d assignments: tokens that an expert had no room for look as if they had"
                                    + " not been sent to it.",
                            dropped));
        }
        double nearTies = run.analysis().path("near_ties").asDouble(0);
        if (nearTies >= rule.nearTies()) {
            add(
                    "near_ties",
                    Text.of(
                            "%s of the router\u2019s decisions have a margin below 0.001: rounding could turn them.",
                            Text.percent(nearTies)));
        }
    }

    /** What was tested, and how finely. */
    private void tests(ModelVerdict model, String correction) {
        if (run.domains().size() < 2) {
            add("one_domain", "There are fewer than two domains: nothing can be said of topic.");
        }
        boolean tokens = model.terms().stream().anyMatch(term -> term.quantity().equals(Cue.VOCABULARY.quantity()));
        if (model.layers() > 0 && !tokens) {
            add(
                    "no_tokens",
                    "Tokens are not known: topic and vocabulary cannot be told apart, and a difference of domains may be one"
                            + " of words alone.");
        }
        if (model.layers() > 0 && correction == null) {
            add(
                    "untested",
                    "There are counts and no documents: nothing could be permuted over documents, so the figures are"
                            + " described, not tested, and what differs between documents alone is in them.");
        }
        if ("benjamini_hochberg".equals(correction)) {
            add(
                    "few_permutations",
                    Text.of(
                            "With so few permutations and %d layers Holm\u2019s correction could reject nothing, so"
                                    + " Benjamini\u2019s and Hochberg\u2019s stands in: of the layers counted, 5\u00a0%% may be there by chance.",
                            model.layers()));
        }
    }
}
