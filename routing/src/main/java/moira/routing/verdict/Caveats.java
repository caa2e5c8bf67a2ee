package moira.routing.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import moira.routing.result.Run;
import moira.routing.result.Text;
import tools.jackson.databind.JsonNode;

/** Raises the caveats, each by a rule. */
final class Caveats {
    private static final int NAMED = 4;

    private final Run run;
    private final List<DomainTraits> domains;
    private final Rule rule;
    private final List<Caveat> caveats = new ArrayList<>();

    private Caveats(Run run, List<DomainTraits> domains, Rule rule) {
        this.run = run;
        this.domains = domains;
        this.rule = rule;
    }

    /** @param correction as {@link Verdict#correction} */
    static List<Caveat> of(Run run, List<DomainTraits> domains, ModelVerdict model, String correction, Rule rule) {
        Caveats raised = new Caveats(run, domains, rule);
        raised.recording();
        raised.tests(model, correction);
        if (model.layers() == 0 || correction != null) {
            raised.documents(model);
        }
        raised.repetitions();
        raised.vocabulary(model);
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

    private void documents(ModelVerdict model) {
        List<DomainTraits> few = domains.stream()
                .filter(domain -> domain.sources() < rule.fewSources())
                .toList();
        if (few.isEmpty()) {
            return;
        }
        String effects = model.terms().stream()
                .filter(term -> term.smallestEffect() != null)
                .map(term -> term.name() + " " + Phrases.share(term.smallestEffect()))
                .collect(Collectors.joining(", "));
        add(
                "few_documents",
                "Few documents in "
                        + named(few.stream()
                                .map(domain -> Text.of("%s (%d)", domain.domain(), domain.sources()))
                                .toList())
                        + ": intervals over so few are rough."
                        + (effects.isEmpty() ? "" : " The smallest shares that could have shown: " + effects + "."));
    }

    private void repetitions() {
        JsonNode analysis = run.analysis();
        long repeated = analysis.path("repeated_documents").asLong(0);
        long prefixes = analysis.path("shared_prefixes").asLong(0);
        if (repeated > 0) {
            add("repeated_documents", Text.of("%,d documents repeat another one%s.", repeated, where("repeated")));
        }
        if (prefixes > 0) {
            add(
                    "shared_prefixes",
                    Text.of(
                            "%,d documents begin like another one%s, as with a shared prompt, which makes every subject look"
                                    + " like a specialist.",
                            prefixes, where("prefix")));
        }
    }

    /** The domains of the examples, and the first of them. */
    private String where(String kind) {
        List<JsonNode> examples = run.analysis()
                .path("duplicates")
                .valueStream()
                .filter(example -> example.path("kind").asString("").equals(kind))
                .toList();
        if (examples.isEmpty()) {
            return "";
        }
        Map<String, Long> counts = examples.stream()
                .collect(Collectors.groupingBy(
                        example -> example.path("domain").asString(""), TreeMap::new, Collectors.counting()));
        JsonNode first = examples.getFirst();
        return " (in " + named(List.copyOf(counts.keySet())) + "; so does "
                + first.path("source").asString("") + " of "
                + first.path("of_source").asString("") + ")";
    }

    private void vocabulary(ModelVerdict model) {
        List<DomainTraits> other = domains.stream()
                .filter(domain -> Objects.nonNull(domain.otherScript()) && domain.otherScript() >= rule.otherScript())
                .toList();
        if (!other.isEmpty()) {
            add(
                    "other_script",
                    "Another script in "
                            + named(other.stream()
                                    .map(domain -> Text.of(
                                            "%s (%s of its tokens)",
                                            domain.domain(), Text.percent(domain.otherScript())))
                                    .toList())
                            + ": a domain in another language differs by language, which need not be topic. A language of the"
                            + " same script would not be noticed.");
        }
        boolean topic = model.terms().stream().anyMatch(term -> term.quantity().equals(Cue.TOPIC.quantity()));
        List<DomainTraits> apart = domains.stream()
                .filter(domain -> Objects.nonNull(domain.sharedVocabulary())
                        && domain.sharedVocabulary() < rule.sharedVocabulary())
                .toList();
        if (topic && !apart.isEmpty()) {
            add(
                    "disjoint_vocabulary",
                    "Words of its own in "
                            + named(apart.stream()
                                    .map(domain -> Text.of(
                                            "%s (%s of its tokens occur elsewhere too)",
                                            domain.domain(), Text.percent(domain.sharedVocabulary())))
                                    .toList())
                            + ": topic beyond vocabulary speaks only of tokens that several domains have.");
        }
    }

    private static String named(List<String> names) {
        return Phrases.few(names, NAMED);
    }
}
