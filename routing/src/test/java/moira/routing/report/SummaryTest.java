package moira.routing.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import moira.routing.result.Run;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SummaryTest {
    private static final int LAYERS = 4;

    @Test
    void domainsThatDifferInSomeLayersAreCounted() {
        Summary.Statement domains = domains(run(10, 999), 0.001, 0.4, 0.001, 0.03);

        assertThat(domains.claims()).isTrue();
        assertThat(domains.text())
                .startsWith("In part: in 2 of 4 layers beyond chance")
                .contains("over 20 documents", "largest in layer 3: 0.040 bits", "give 0.010 on average", "1.0 bits");
    }

    @Test
    void theFirstWordSaysHowFarAClaimReaches() {
        assertThat(domains(run(10, 999), 0.001, 0.001, 0.001, 0.001).text()).startsWith("Yes: in all of 4 layers");
        assertThat(domains(run(10, 999), 0.001, 0.001, 0.001, 0.9).text()).startsWith("Mostly: in 3 of 4 layers");
    }

    @Test
    void aSmallPThatHolmRejectsIsNoClaim() {
        Summary.Statement domains = domains(run(10, 999), 0.02, 0.4, 0.5, 0.6);

        assertThat(domains.claims()).isFalse();
        assertThat(domains.text())
                .startsWith("Not distinguishable from chance with 20 documents, in any of 4 layers")
                .contains("p = 0.080")
                .doesNotContain("No other outcome");
    }

    @Test
    void tooFewDocumentsToFindAnythingIsSaid() {
        Summary.Statement domains = domains(run(2, 999), 0.34, 0.4, 0.5, 0.6);

        assertThat(domains.claims()).isFalse();
        assertThat(domains.text()).contains("Could not be tested: with 4 documents", "no p can be below 0.33");
    }

    @Test
    void neighboursMustBeatTheLoadInEveryDomain() {
        Summary.Statement one = neighbours((layer, domain) -> layer == 2 ? 0.20 : domain == 0 ? 0.20 : 0.145);
        assertThat(one.claims()).isTrue();
        assertThat(one.text())
                .startsWith("In part: in 1 of 4 layers every domain repeats more than its load alone would give")
                .contains("to 20.0\u00a0% (layer 2)", "chance is 12.5\u00a0%, or 15.0\u00a0%");

        Summary.Statement none = neighbours((layer, domain) -> domain == 0 ? 0.20 : 0.145);
        assertThat(none.claims()).isFalse();
        assertThat(none.text()).startsWith("In no layer do all domains repeat more");
    }

    @Test
    void repetitionBelowChanceIsNamed() {
        Summary.Statement below = neighbours((layer, domain) -> layer == 0 ? 0.05 : 0.14);
        assertThat(below.text()).contains("In 2 of 8 cells of layer and domain it is below chance.");
    }

    @Test
    void tokensKeepTheirExpertOnlyAboveTheNull() {
        Summary.Statement kept =
                tokens(new Binding(0, "input", 50, 0.3, 0.25, 0.31), new Binding(1, "input", 50, 0.6, 0.25, 0.3));
        assertThat(kept.claims()).isTrue();
        assertThat(kept.text())
                .startsWith("In part: in 1 of 2 layers beyond chance")
                .contains("In layer 1, 60.0\u00a0%");

        Summary.Statement lost = tokens(new Binding(0, "input", 50, 0.3, 0.25, 0.31));
        assertThat(lost.claims()).isFalse();
        assertThat(lost.text()).startsWith("Not distinguishable from chance");
    }

    @Test
    void limitsAreTheCaveatsOfTheVerdictAndWhatWasSkipped() {
        JsonNode verdict =
                JsonMapper.shared().readTree("{\"caveats\": [{\"kind\": \"decode_only\", \"words\": \"Generated.\"}]}");
        assertThat(Limits.of(run(3, 999), Optional.of(verdict)))
                .startsWith("Generated.", "7 lines of the corpus could not be read and were left out.");
        assertThat(Limits.of(run(3, 999), Optional.empty())).noneMatch(text -> text.contains("Generated"));
    }

    private static Summary.Statement domains(Run run, double... p) {
        List<Findings.Divergence> layers = IntStream.range(0, p.length)
                .mapToObj(layer -> new Findings.Divergence(layer, 0.01 * (layer + 1), 0.01, p[layer]))
                .toList();
        return Summary.of(run, new Findings(layers, List.of(), List.of())).getFirst();
    }

    private interface Rate {
        double of(int layer, int domain);
    }

    /** Intervals of 2 points to each side; a load that would repeat 15 %. */
    private static Summary.Statement neighbours(Rate rate) {
        List<Findings.Repetition> rows = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            for (int domain = 0; domain < 2; domain++) {
                double first = rate.of(layer, domain);
                rows.add(new Findings.Repetition(layer, "d" + domain, first, first - 0.02, first + 0.02, 0.15));
            }
        }
        return Summary.of(run(10, 999), new Findings(List.of(), rows, List.of()))
                .get(1);
    }

    private static Summary.Statement tokens(Binding... bindings) {
        return Summary.of(run(10, 999), new Findings(List.of(), List.of(), List.of(bindings)))
                .get(1);
    }

    /** Two domains of {@code sources} documents each. */
    private static Run run(int sources, long permutations) {
        String json = """
                {"domains": [{"domain": "a", "sources": %1$s}, {"domain": "b", "sources": %1$s}],
                 "skipped_lines": 7}
                """.formatted(sources);
        return new Run(
                JsonMapper.shared().readTree(json),
                "model",
                8,
                2,
                List.of(0, 1, 2, 3),
                List.of("a", "b"),
                permutations,
                false,
                "prefill");
    }
}
