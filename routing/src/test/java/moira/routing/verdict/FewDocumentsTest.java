package moira.routing.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import moira.routing.analysis.Analysis;
import moira.routing.analysis.AnalysisOptions;
import moira.routing.trace.PlantedTrace;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words of the verdict on 1, 2, 3, 5 and 50 documents of each of two domains, which share no expert or know nothing of domains. */
class FewDocumentsTest {
    private static final List<String> CLAIMS_OF_ABSENCE = List.of("not to be told from chance", "would not show");

    @TempDir
    private Path folder;

    private Verdict verdict(int documents, boolean effect) {
        PlantedTrace planted = new PlantedTrace(8, 1, List.of(0, 1), 2, documents, 1, 60, 12, 11);
        planted.write(
                folder.resolve("trace"),
                (random, layer, domain, token, previous) ->
                        planted.first(random, effect ? 4 * domain + random.nextInt(4) : random.nextInt(8)));
        Analysis.run(folder.resolve("trace"), folder.resolve("out"), new AnalysisOptions(200, 20, 1000, 1));
        return VerdictWriter.write(folder.resolve("trace"), folder.resolve("out"));
    }

    @ParameterizedTest
    @CsvSource({"1,true", "1,false", "2,true", "2,false", "3,true", "3,false"})
    void sayNothingOfTopic(int documents, boolean effect) {
        Verdict verdict = verdict(documents, effect);
        ModelTerm topic = topic(verdict);
        assertThat(topic.standing()).isEqualTo(Standing.UNTESTED);
        assertThat(topic.smallestEffect()).isNull();
        assertThat(verdict.modelVerdict().leading()).doesNotContain("topic beyond vocabulary");
        assertThat(details(verdict, "Topic beyond vocabulary: "))
                .isNotEmpty()
                .allSatisfy(words ->
                        assertThat(words).contains("could not be tested").doesNotContain(CLAIMS_OF_ABSENCE));
        assertThat(layersOf(verdict, "domain|token"))
                .allSatisfy(term -> assertThat(term.holds()).isNull());
        assertThat(verdict.modelVerdict().headline()).contains("could");
    }

    @ParameterizedTest
    @CsvSource({"5", "50"})
    void findATopicThatIsThere(int documents) {
        Verdict verdict = verdict(documents, true);
        assertThat(topic(verdict).standing()).isEqualTo(Standing.HOLDS);
        assertThat(verdict.modelVerdict().leading()).containsExactly("topic beyond vocabulary");
        assertThat(layersOf(verdict, "domain|token"))
                .allSatisfy(
                        term -> assertThat(term.p()).isGreaterThanOrEqualTo(documents == 5 ? 1.0 / 126 : 1.0 / 1001));
    }

    @ParameterizedTest
    @CsvSource({"5", "50"})
    void findNoTopicThatIsNot(int documents) {
        Verdict verdict = verdict(documents, false);
        assertThat(topic(verdict).standing()).isEqualTo(Standing.NOT_SHOWN);
        assertThat(verdict.modelVerdict().leading()).isEmpty();
        assertThat(details(verdict, "Topic beyond vocabulary: ").getFirst()).contains("not to be told from chance");
    }

    private static ModelTerm topic(Verdict verdict) {
        return verdict.modelVerdict().terms().stream()
                .filter(term -> term.quantity().equals("domain|token"))
                .findFirst()
                .orElseThrow();
    }

    private static List<Term> layersOf(Verdict verdict, String quantity) {
        return verdict.layers().stream()
                .flatMap(layer -> Stream.concat(layer.terms().stream(), layer.beside().stream()))
                .filter(term -> term.quantity().equals(quantity))
                .toList();
    }

    private static List<String> details(Verdict verdict, String beginning) {
        return verdict.modelVerdict().details().stream()
                .filter(words -> words.startsWith(beginning))
                .toList();
    }
}
