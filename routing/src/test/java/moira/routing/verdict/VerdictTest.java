package moira.routing.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class VerdictTest {
    private static final double CLEAR = 0.001;

    @TempDir
    private Path folder;

    private JudgedTables tables;

    @BeforeEach
    void open() {
        tables = new JudgedTables(folder);
    }

    @AfterEach
    void close() {
        tables.close();
    }

    @Test
    void theLargestShareLeadsWhereItsIntervalStandsClear() {
        JsonNode layer = oneLayer(0.30, 0.04, 0.10, CLEAR);
        assertThat(names(layer.path("leading"))).containsExactly("vocabulary");
        assertThat(layer.path("words").asString())
                .startsWith(
                        "Vocabulary: vocabulary much, 30.0\u00a0% (28.0 to 32.0\u00a0%); topic beyond vocabulary little, 4.0\u00a0%");
        assertThat(names(oneLayer(0.10, 0.04, 0.30, CLEAR).path("leading"))).containsExactly("neighbour");
        assertThat(names(oneLayer(0.10, 0.40, 0.30, CLEAR).path("leading"))).containsExactly("topic beyond vocabulary");
    }

    @Test
    void sharesWhoseIntervalsMeetAreAlike() {
        JsonNode layer = oneLayer(0.30, 0.04, 0.27, CLEAR);
        assertThat(names(layer.path("leading"))).containsExactly("vocabulary", "neighbour");
        assertThat(layer.path("words").asString()).startsWith("Vocabulary and neighbour alike: ");
        assertThat(names(oneLayer(0.30, 0.04, 0.25, CLEAR).path("leading"))).containsExactly("vocabulary");
    }

    @Test
    void whatIsNotBeyondChanceDoesNotLeadHoweverLarge() {
        JsonNode layer = oneLayer(0.30, 0.04, 0.10, 0.051);
        assertThat(layer.path("leading")).isEmpty();
        assertThat(layer.path("words").asString())
                .startsWith(
                        "None shown to be beyond chance: vocabulary not to be told from chance (less than about 0.6\u00a0% would not show)");
        assertThat(layer.path("terms").path(0).path("holds").asBoolean()).isFalse();
        assertThat(names(oneLayer(0.30, 0.04, 0.10, 0.05).path("leading"))).containsExactly("vocabulary");
    }

    @Test
    void anIntervalThatReachesZeroIsNotEnough() {
        tables.entropy(0, "first", JudgedTables.ENTROPY).add(0, "token", 0.30, 0.31, CLEAR);
        assertThat(layer(tables.judge(), 0).path("leading")).isEmpty();
    }

    @Test
    void belowTheFloorATermIsDetectableButNegligible() {
        tables.entropy(0, "first", JudgedTables.ENTROPY)
                .add(0, "token", 0.009, 0.001, CLEAR)
                .add(0, "domain|token", 0.011, 0.001, CLEAR);
        JsonNode verdict = tables.judge();
        JsonNode layer = layer(verdict, 0);
        assertThat(layer.path("terms").path(0).path("standing").asString()).isEqualTo("negligible");
        assertThat(layer.path("words").asString()).contains("vocabulary detectable but negligible, 0.9\u00a0%");
        assertThat(names(layer.path("leading"))).containsExactly("topic beyond vocabulary");
        assertThat(words(verdict)).contains("Vocabulary: detectable but negligible");
    }

    @Test
    void pIsCorrectedOverTheLayers() {
        for (int layer = 0; layer < 4; layer++) {
            tables.entropy(layer, "first", JudgedTables.ENTROPY)
                    .add(layer, "token", 0.3, 0.01, layer == 0 ? 0.012 : 0.02);
        }
        JsonNode verdict = tables.judge();
        assertThat(verdict.path("correction").asString()).isEqualTo("holm");
        assertThat(layer(verdict, 0).path("terms").path(0).path("p").asDouble()).isCloseTo(0.048, within(1e-9));
        assertThat(layer(verdict, 1).path("terms").path(0).path("p").asDouble()).isCloseTo(0.06, within(1e-9));
        assertThat(names(layer(verdict, 0).path("leading"))).containsExactly("vocabulary");
        assertThat(layer(verdict, 1).path("leading")).isEmpty();
    }

    @Test
    void whereHolmCouldRejectNothingAnotherCorrectionStandsInAndIsNamed() {
        tables.header(JudgedTables.header(30, 20, ""));
        for (int layer = 0; layer < 30; layer++) {
            tables.entropy(layer, "first", JudgedTables.ENTROPY)
                    .add(layer, "token", 0.3, 0.01, 1.0 / 201, "first", 200);
        }
        JsonNode verdict = tables.judge();
        assertThat(verdict.path("correction").asString()).isEqualTo("benjamini_hochberg");
        assertThat(kinds(verdict)).contains("few_permutations");
        assertThat(layer(verdict, 7).path("terms").path(0).path("p").asDouble()).isCloseTo(1.0 / 201, within(1e-9));
        assertThat(names(verdict.path("model_verdict").path("leading"))).containsExactly("vocabulary");
    }

    @Test
    void theModelAveragesLayersByTheirEntropyAndSaysWhereATermPeaks() {
        tables.header(JudgedTables.header(9, 20, ""));
        tables.entropy(0, "first", 3).add(0, "token", 0.1, 0.01, CLEAR);
        tables.entropy(4, "first", 3).add(4, "token", 0.2, 0.01, CLEAR);
        tables.entropy(8, "first", 1.5).add(8, "token", 0.4, 0.01, CLEAR);
        JsonNode model = tables.judge().path("model_verdict");
        // The shares of the last layer are of the 3 bits that the table's rows are made for: 1.2 bits of 1.5.
        JsonNode term = model.path("terms").path(0);
        assertThat(term.path("share").asDouble()).isCloseTo((0.3 + 0.6 + 1.2) / 7.5, within(1e-6));
        assertThat(term.path("holds_in").asInt()).isEqualTo(3);
        assertThat(term.path("leads_in").asInt()).isEqualTo(3);
        assertThat(term.path("peak").path("third").asString()).isEqualTo("last");
        assertThat(model.path("words").asString())
                .startsWith(
                        "Routing goes by vocabulary, the one thing that could be tested. Vocabulary: much, 28.0\u00a0%")
                .contains("in 3 of 3 layers, most in the last third (80.0\u00a0% in layer 8)");
    }

    @Test
    void thirdsAreOfTheWholeModel() {
        assertThat(List.of(
                        ModelTerm.third(0, 32),
                        ModelTerm.third(10, 32),
                        ModelTerm.third(11, 32),
                        ModelTerm.third(20, 32),
                        ModelTerm.third(21, 32),
                        ModelTerm.third(0, 1)))
                .containsExactly("first", "first", "middle", "middle", "last", "first");
    }

    @Test
    void aTermOfFewLayersDoesNotLeadTheModel() {
        for (int layer = 0; layer < 4; layer++) {
            tables.entropy(layer, "first", JudgedTables.ENTROPY)
                    .add(layer, "token", 0.3, 0.01, layer < 2 ? CLEAR : 0.9);
        }
        JsonNode model = tables.judge().path("model_verdict");
        assertThat(model.path("leading")).isEmpty();
        assertThat(model.path("words").asString())
                .startsWith("In most layers routing goes by none of what was looked at (vocabulary)")
                .contains("in 2 of 4 layers");
    }

    @Test
    void withoutTokensTopicAndVocabularyAreNotTold() {
        tables.entropy(0, "first", JudgedTables.ENTROPY)
                .add(0, "domain", 0.3, 0.01, CLEAR)
                .add(0, "previous_choice", 0.1, 0.01, CLEAR);
        JsonNode verdict = tables.judge();
        assertThat(words(verdict))
                .startsWith("More than by anything else looked at, routing goes by domain (topic or vocabulary).");
        assertThat(kinds(verdict)).contains("no_tokens");
    }

    @Test
    void withTokensTheDomainStandsBesideAndIsNotWeighed() {
        tables.entropy(0, "first", JudgedTables.ENTROPY)
                .add(0, "domain", 0.5, 0.01, CLEAR)
                .add(0, "token", 0.3, 0.01, CLEAR)
                .add(0, "domain|token", 0.05, 0.01, CLEAR);
        JsonNode verdict = tables.judge();
        assertThat(names(layer(verdict, 0).path("leading"))).containsExactly("vocabulary");
        assertThat(layer(verdict, 0).path("beside").path(0).path("quantity").asString())
                .isEqualTo("domain");
        assertThat(words(verdict)).contains("The domain alone, the token not known, gives 50.0\u00a0%.");
    }

    @Test
    void countsAreDescribedAndNotTested() {
        tables.entropy(0, "either", JudgedTables.ENTROPY)
                .untested(0, "token", 0.2)
                .untested(0, "domain|token", 0.01);
        JsonNode verdict = tables.judge();
        assertThat(verdict.path("choices").asString()).isEqualTo("either");
        assertThat(layer(verdict, 0).path("terms").path(0).path("holds").isNull())
                .isTrue();
        assertThat(words(verdict))
                .contains(
                        "by size alone: nothing here could be tested against chance",
                        "Topic beyond vocabulary: at most 1.0");
        assertThat(kinds(verdict)).contains("untested");
    }

    @Test
    void theFirstChoiceIsJudgedWhereBothAreThere() {
        tables.entropy(0, "first", JudgedTables.ENTROPY)
                .entropy(0, "either", JudgedTables.ENTROPY)
                .add(0, "token", 0.1, 0.01, CLEAR)
                .add(0, "token", 0.4, 0.01, CLEAR, "either", 999);
        JsonNode verdict = tables.judge();
        assertThat(verdict.path("choices").asString()).isEqualTo("first");
        assertThat(layer(verdict, 0).path("terms").path(0).path("share").asDouble())
                .isCloseTo(0.1, within(1e-6));
    }

    @Test
    void aLayerWithOneExpertHasNothingToExplain() {
        tables.entropy(0, "first", 0).add(0, "token", 0, 0, 1);
        assertThat(layer(tables.judge(), 0).path("words").asString()).isEqualTo("All tokens go to one expert.");
    }

    @Test
    void withoutTheTableThereIsNoVerdictButAReason() {
        tables.header(JudgedTables.header(
                4, 20, ", \"missing\": [{\"table\": \"information\", \"reason\": \"the source was shy\"}]"));
        assertThat(words(tables.judge())).isEqualTo("No verdict: the source was shy.");
    }

    /** The docs' reading of the scale: eight even experts, and a cue that names the right one with probability q. */
    @Test
    void theScaleIsWhatTheDocsSayItIs() {
        assertThat(share(0.2)).isCloseTo(0.01, within(0.002));
        assertThat(share(0.3)).isCloseTo(0.05, within(0.002));
        assertThat(share(0.5)).isCloseTo(0.2, within(0.002));
        assertThat(share(0.75)).isCloseTo(0.5, within(0.005));
        Rule rule = Rule.DEFAULT;
        assertThat(List.of(rule.word(-0.01), rule.word(0.01), rule.word(0.05), rule.word(0.199), rule.word(0.5)))
                .containsExactly("next to nothing", "little", "some", "some", "most");
    }

    private static double share(double q) {
        double left = -q * Math.log(q) - (1 - q) * Math.log((1 - q) / 7);
        return 1 - left / Math.log(8);
    }

    /** One layer, intervals of two points to each side, the same p for all. */
    private JsonNode oneLayer(double token, double topic, double neighbour, double p) {
        try (JudgedTables one = new JudgedTables(folder)) {
            one.entropy(0, "first", JudgedTables.ENTROPY)
                    .add(0, "token", token, 0.02, p)
                    .add(0, "domain|token", topic, 0.02, p)
                    .add(0, "previous_choice", neighbour, 0.02, p);
            return layer(one.judge(), 0);
        }
    }

    private static JsonNode layer(JsonNode verdict, int index) {
        return verdict.path("layers").path(index);
    }

    private static String words(JsonNode verdict) {
        return verdict.path("model_verdict").path("words").asString();
    }

    private static List<String> kinds(JsonNode verdict) {
        return verdict.path("caveats")
                .valueStream()
                .map(caveat -> caveat.path("kind").asString())
                .toList();
    }

    private static List<String> names(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }
}
