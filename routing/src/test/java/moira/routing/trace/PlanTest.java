package moira.routing.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import moira.engine.MoiraException;
import moira.routing.corpus.Corpus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {
    private static final CharTokenizer TOKENIZER = new CharTokenizer();

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(
                folder.resolve("a.jsonl"), "{\"text\":\"abcdefghij\"}\n{\"text\":\"\"}\n{\"text\":\"klm\"}\n");
        Files.writeString(folder.resolve("b.jsonl"), "{\"text\":\"0123456\"}\nbroken\n{\"text\":\"789\"}\n");
    }

    private Plan plan(int context, long maxTokens) {
        return Plan.of(Corpus.open(List.of(folder)), TOKENIZER, context, maxTokens, problem -> {});
    }

    private static List<String> texts(Plan plan) {
        return plan.windows().stream()
                .map(window -> TOKENIZER.decode(window.tokens()))
                .toList();
    }

    @Test
    void windowsHaveTheBosInTheirContext() {
        Plan plan = plan(5, 0);
        assertThat(texts(plan)).containsExactly("abcd", "efgh", "ij", "klm", "0123", "456", "789");
        assertThat(plan.windows()).allSatisfy(window -> {
            assertThat(window.tokens()[0]).isZero();
            assertThat(window.specials()).isEqualTo(1);
            assertThat(window.document()).isEqualTo(plan.windows().indexOf(window));
        });
        assertThat(plan.windows().stream().map(Window::window)).containsExactly(0, 1, 2, 0, 0, 1, 0);
        assertThat(plan.windows().get(2).source()).isEqualTo("a.jsonl:1");
        assertThat(plan.tokens()).isEqualTo(13 + 10 + 7);
    }

    @Test
    void domainsAreCounted() {
        assertThat(plan(5, 0).corpus().domains())
                .containsExactly(new TraceHeader.Domain("a", 3, 4, 13, 0), new TraceHeader.Domain("b", 2, 3, 10, 1));
    }

    @Test
    void maxTokensCutTheLastDocument() {
        assertThat(texts(plan(100, 8))).containsExactly("abcdefgh", "0123456", "7");
        assertThat(texts(plan(100, 10))).containsExactly("abcdefghij", "0123456", "789");
        assertThat(texts(plan(5, 6))).containsExactly("abcd", "ef", "0123", "45");
    }

    @Test
    void fingerprintIsOfTheTextsTaken() throws IOException {
        String all = plan(100, 0).corpus().fingerprint();
        assertThat(plan(5, 0).corpus().fingerprint()).isEqualTo(all).hasSize(64);
        Files.writeString(folder.resolve("b.jsonl"), "{\"text\":\"0123456\"}\n\n{\"text\":\"78\"}\n");
        assertThat(plan(100, 0).corpus().fingerprint()).isNotEqualTo(all);
        assertThat(plan(100, 7).corpus().fingerprint()).isNotEqualTo(all);
    }

    @Test
    void partsEndWithTheWindowThatFillsThem() {
        List<List<Integer>> parts = plan(5, 0).parts(8).stream()
                .map(part -> part.stream().map(Window::document).toList())
                .toList();
        assertThat(parts).containsExactly(List.of(0, 1), List.of(2, 3, 4), List.of(5, 6));
    }

    @Test
    void aBadLineStopsUnlessTold() {
        assertThatThrownBy(() -> Plan.of(Corpus.open(List.of(folder)), TOKENIZER, 5, 0, problem -> {
                    throw problem;
                }))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("b.jsonl:2");
    }

    @Test
    void anEmptyCorpusIsAnError() throws IOException {
        Files.writeString(folder.resolve("a.jsonl"), "{\"text\":\"\"}\n");
        Files.writeString(folder.resolve("b.jsonl"), "\n");
        assertThatThrownBy(() -> plan(5, 0)).isInstanceOf(MoiraException.class).hasMessageContaining("some text");
    }

    @Test
    void aContextWithoutRoomForTextIsAnError() {
        assertThatThrownBy(() -> plan(1, 0)).isInstanceOf(MoiraException.class).hasMessageContaining("context");
    }

    /** A tokenizer that begins its sequences otherwise, or cuts otherwise, makes another trace of the same texts. */
    @Test
    void tokensBelongToThePlan() {
        String tokens = plan(5, 0).corpus().tokenFingerprint();
        assertThat(plan(5, 0).corpus().tokenFingerprint()).isEqualTo(tokens);
        CharTokenizer without = new CharTokenizer() {
            @Override
            public boolean addsBos() {
                return false;
            }
        };
        Plan other = Plan.of(Corpus.open(List.of(folder)), without, 5, 0, problem -> {});
        assertThat(other.corpus().fingerprint()).isEqualTo(plan(5, 0).corpus().fingerprint());
        assertThat(other.corpus().tokenFingerprint()).isNotEqualTo(tokens);
        assertThat(plan(4, 0).corpus().tokenFingerprint()).isNotEqualTo(tokens);
    }
}
