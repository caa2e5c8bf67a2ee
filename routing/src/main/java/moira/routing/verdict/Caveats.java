package moira.routing.verdict;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import moira.routing.result.PermutationTests;
import moira.routing.result.Run;
import moira.routing.result.Text;
import tools.jackson.databind.JsonNode;

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
        raised.caveats.addAll(CorpusCaveats.of(run, domains, model, !counted(model), rule));
        return raised.caveats;
    }

    /** Whether there are figures, and no documents behind any of them. */
    private static boolean counted(ModelVerdict model) {
        return !model.terms().isEmpty()
                && model.terms().stream().allMatch(term -> Term.NO_DOCUMENTS.equals(term.untested()));
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
        if (run.phase().equals("mixed")) {
            add(
                    "mixed_phases",
                    "Some routing was recorded while reading text (prefill), some while generating it (decode): a difference of"
                            + " the two may look like one of domains.");
        }
        missing();
        identical();
        double nearTies = run.analysis().path("near_ties").asDouble(0);
        if (nearTies >= rule.nearTies()) {
            add(
                    "near_ties",
                    Text.of(
                            "%s of the router\u2019s decisions have a margin below 0.001: rounding could turn them.",
                            Text.percent(nearTies)));
        }
    }

    /** Decisions that the source does not have, for whatever reason. */
    private void missing() {
        long missing = run.analysis().path("origin").path("dropped").asLong(0);
        if (missing > 0) {
            add(
                    "missing_decisions",
                    Text.of(
                            "The source lacks %,d decisions of tokens that it has: the figures are of those that are there, and"
                                    + " it does not say why the others are not.",
                            missing));
        }
    }

    /** One decision over and over, which no text makes. */
    private void identical() {
        JsonNode identical = run.analysis().path("identical_decisions");
        double share = identical.path("share").asDouble(0);
        if (share >= rule.identical()) {
            add(
                    "identical_decisions",
                    Text.of(
                            "%s of the decisions (%,d) are one and the same, experts %s with equal weights: padding, warming up or"
                                    + " a default rather than a router that has read a text.",
                            Text.percent(share),
                            identical.path("decisions").asLong(0),
                            identical.path("experts").asString("")));
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
        if (counted(model)) {
            add(
                    "untested",
                    "There are not several documents of a domain, or they are not known apart: nothing could be shuffled over"
                            + " documents, so the figures are described, not tested, and what differs between documents alone is"
                            + " in them.");
        }
        fewLabellings(model);
        if (PermutationTests.BENJAMINI_HOCHBERG.equals(correction)) {
            add(
                    "few_permutations",
                    Text.of(
                            "With so few permutations or documents and %d layers Holm\u2019s correction could reject nothing, so"
                                    + " Benjamini\u2019s and Hochberg\u2019s stands in: of the layers counted, 5\u00a0%% may be there by chance.",
                            model.layers()));
        }
    }

    /** What concerns domains cannot be shown by so few documents, however far apart the domains are. */
    private void fewLabellings(ModelVerdict model) {
        double smallest = PermutationTests.smallestP(run.sourcesByDomain(), Integer.MAX_VALUE);
        if (model.layers() > 0 && !counted(model) && run.domains().size() > 1 && smallest > rule.level()) {
            add(
                    "few_labellings",
                    smallest == 1
                            ? "There is no other way to share these documents out among the domains: what concerns domains"
                                    + " could not be tested."
                            : Text.of(
                                    "There are only %.0f ways to share %d documents out among the domains, so no p can be below"
                                            + " %.2g: what concerns domains could not be tested.",
                                    1 / smallest,
                                    Arrays.stream(run.sourcesByDomain()).sum(),
                                    smallest));
        }
    }
}
