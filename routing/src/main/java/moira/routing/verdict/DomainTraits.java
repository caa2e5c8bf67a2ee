package moira.routing.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import moira.routing.result.Run;
import moira.routing.result.Tables;
import tools.jackson.databind.JsonNode;

/**
 * What may fake specialisation in a domain. What is not known is null.
 *
 * @param sources texts
 * @param tokens of the text
 * @param script most of the letters are of, as Unicode names it
 * @param otherScript share of the tokens with letters whose script is not that of most of the corpus
 * @param sharedVocabulary share of the tokens whose type another domain has too
 */
public record DomainTraits(
        String domain, int sources, long tokens, String script, Double otherScript, Double sharedVocabulary) {

    static List<DomainTraits> of(Tables tables, Run run) {
        Map<String, ScriptCount> scripts = ScriptCount.byDomain(tables);
        String majority = ScriptCount.majority(scripts.values());
        Map<String, Double> shared = SharedVocabulary.byDomain(tables);
        List<DomainTraits> traits = new ArrayList<>();
        for (JsonNode domain : run.analysis().path("domains")) {
            String name = domain.path("domain").asString("");
            ScriptCount count = scripts.getOrDefault(name, new ScriptCount());
            traits.add(new DomainTraits(
                    name,
                    domain.path("sources").asInt(0),
                    domain.path("tokens").asLong(0),
                    count.most(),
                    count.share(majority) == null ? null : (Double) (1 - count.share(majority)),
                    run.domains().size() < 2 ? null : shared.get(name)));
        }
        return traits;
    }
}
