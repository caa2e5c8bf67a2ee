package moira.routing.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class CaveatsTest {
    @TempDir
    private Path folder;

    private JudgedTables tables;

    @BeforeEach
    void open() {
        tables = new JudgedTables(folder);
        tables.entropy(0, "first", JudgedTables.ENTROPY)
                .add(0, "token", 0.3, 0.01, 0.001)
                .add(0, "domain|token", 0.02, 0.01, 0.001);
    }

    @AfterEach
    void close() {
        tables.close();
    }

    @Test
    void nothingToMindIsNoCaveat() {
        assertThat(caveats(JudgedTables.header(4, 20, ""))).isEmpty();
    }

    @Test
    void fewDocumentsComeWithTheSmallestEffect() {
        assertThat(caveats(JudgedTables.header(4, 9, "")))
                .containsOnlyKeys("few_documents")
                .hasEntrySatisfying(
                        "few_documents",
                        words -> assertThat(words)
                                .contains("a (9) and b (9)", "could have shown: vocabulary 0.6\u00a0%.")
                                // A topic that was shown is in its own null.
                                .doesNotContain("topic"));
        assertThat(caveats(JudgedTables.header(4, 10, ""))).isEmpty();
    }

    @Test
    void whatTheHeaderSaysIsRaised() {
        String more = """
                , "repeated_documents": 3, "shared_prefixes": 4, "near_ties": 0.0123, "origin": {"dropped": 17},
                "duplicates": [{"kind": "repeated", "domain": "b", "source": "s7", "of_domain": "b", "of_source": "s2"}]
                """;
        String header = JudgedTables.header(4, 20, more)
                .replace("\"complete\": true", "\"complete\": false")
                .replace("\"both\"", "\"decode\"");
        Map<String, String> caveats = caveats(header);
        assertThat(caveats)
                .containsOnlyKeys(
                        "incomplete",
                        "decode_only",
                        "missing_decisions",
                        "near_ties",
                        "repeated_documents",
                        "shared_prefixes");
        assertThat(caveats.get("repeated_documents"))
                .isEqualTo("3 documents repeat another one (in b; so does s7 of s2).");
        assertThat(caveats.get("near_ties")).contains("1.2\u00a0%");
        assertThat(caveats.get("missing_decisions")).contains("17");
        assertThat(caveats(JudgedTables.header(4, 20, ", \"near_ties\": 0.0099")))
                .isEmpty();
    }

    @Test
    void oneDomainSaysNothingOfTopic() {
        String header = JudgedTables.header(4, 20, "").replaceAll("(?s),\\s*\\{\"domain\": \"b\"[^}]*}", "");
        assertThat(caveats(header)).containsOnlyKeys("one_domain");
    }

    @Test
    void aDomainInAnotherScriptIsFoundAlsoInBytes() {
        tables.texts("a", "<s> ▁the ▁cat ▁sat ▁the ▁cat", "b", "<s> 猫 <0xE7> <0x8C> <0xAB> ▁the ▁cat ▁sat ▁the");
        JsonNode verdict = tables.judge();
        Map<String, String> caveats = byKind(verdict);
        assertThat(caveats).containsOnlyKeys("other_script");
        // Of six tokens with letters two are Han; the second is three bytes.
        assertThat(caveats.get("other_script"))
                .contains("b (33.3\u00a0% of its tokens)")
                .doesNotContain("a (");
        JsonNode domain = verdict.path("domains").path(1);
        assertThat(domain.path("script").asString()).isEqualTo("Latin");
        // Of eight tokens the four English ones occur in a too: half, which is not below half.
        assertThat(domain.path("shared_vocabulary").asDouble()).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void vocabulariesThatHardlyOverlapLimitTopic() {
        tables.texts("a", "x x x y", "b", "z z z y");
        Map<String, String> caveats = byKind(tables.judge());
        assertThat(caveats).containsOnlyKeys("disjoint_vocabulary");
        assertThat(caveats.get("disjoint_vocabulary")).contains("a (25.0\u00a0% of its tokens", "b (25.0\u00a0%");
    }

    private Map<String, String> caveats(String header) {
        return byKind(tables.header(header).judge());
    }

    private static Map<String, String> byKind(JsonNode verdict) {
        return verdict.path("caveats")
                .valueStream()
                .collect(Collectors.toMap(
                        caveat -> caveat.path("kind").asString(),
                        caveat -> caveat.path("words").asString()));
    }
}
