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

/** What in the corpus limits the verdict, or may have faked it. */
final class CorpusCaveats {
    private static final int NAMED = 4;

    private final Run run;
    private final List<DomainTraits> domains;
    private final Rule rule;
    private final List<Caveat> caveats = new ArrayList<>();

    private CorpusCaveats(Run run, List<DomainTraits> domains, Rule rule) {
        this.run = run;
        this.domains = domains;
        this.rule = rule;
    }

    /** @param documents whether there are any that could be few */
    static List<Caveat> of(Run run, List<DomainTraits> domains, ModelVerdict model, boolean documents, Rule rule) {
        CorpusCaveats raised = new CorpusCaveats(run, domains, rule);
        if (documents) {
            raised.documents(model);
        }
        raised.repetitions();
        raised.scripts();
        raised.vocabulary(model);
        return raised.caveats;
    }

    private void add(String kind, String words) {
        caveats.add(new Caveat(kind, words));
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
                        + (model.terms().stream().allMatch(term -> term.ciLow() == null)
                                ? ": so few give no intervals."
                                : ": intervals over so few are rough.")
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

    private void scripts() {
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
    }

    private void vocabulary(ModelVerdict model) {
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
