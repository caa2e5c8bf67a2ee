package moira.routing.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import moira.engine.Model;
import moira.engine.MoiraException;
import moira.engine.Session;
import moira.engine.synthetic.Shape;
import moira.engine.synthetic.SyntheticModel;
import moira.routing.Progress;
import moira.routing.corpus.Corpus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FidelityTest {
    private static final Shape SMALL = Shape.mixtral("small", 256, 3, 4, 2, 64, 256, 4, 2, 300, 128);
    private static final String TEXT = "Every token goes to two of four experts, whatever it says.";

    @TempDir
    private Path folder;

    private Corpus corpus;

    @BeforeEach
    void write() throws IOException {
        Files.createDirectory(folder.resolve("texts"));
        Files.writeString(folder.resolve("texts/one.jsonl"), "{\"text\": \"" + TEXT + "\"}\n");
        corpus = Corpus.open(List.of(folder.resolve("texts")));
    }

    @Test
    void aModelIsLikeItself() {
        try (Model model = model("F32", SMALL)) {
            Fidelity fidelity = Fidelity.measure(model, model, corpus, 0, Progress.NONE);
            assertThat(fidelity.otherSetOfAll()).isZero();
            assertThat(fidelity.difference()).isZero();
            assertThat(fidelity.source()).isEqualTo(fidelity.converted()).isNegative();
            // The first text token is predicted too, from BOS.
            assertThat(fidelity.tokens()).isEqualTo(model.tokenizer().encode(TEXT).length);
        }
    }

    /** Random weights in two formats are two models: counted once more, in sets and maps. */
    @Test
    void twoModelsDifferAsPlainCountingSays() {
        try (Model source = model("F32", SMALL);
                Model other = model("Q4_K", SMALL)) {
            Fidelity fidelity = Fidelity.measure(source, other, corpus, 0, Progress.NONE);
            int[] tokens = IntStream.concat(
                            IntStream.of(source.tokenizer().bos()),
                            IntStream.of(source.tokenizer().encode(TEXT)))
                    .toArray();
            Map<List<Integer>, Set<Integer>> expected = new HashMap<>();
            Map<List<Integer>, Set<Integer>> found = new HashMap<>();
            float[] one = run(source, tokens, expected);
            float[] two = run(other, tokens, found);
            for (int layer = 0; layer < 3; layer++) {
                int of = layer;
                long differ = IntStream.range(1, tokens.length)
                        .filter(position ->
                                !expected.get(List.of(of, position)).equals(found.get(List.of(of, position))))
                        .count();
                assertThat(fidelity.otherSet().get(layer)).isEqualTo((double) differ / (tokens.length - 1));
                assertThat(differ).isPositive();
            }
            double difference = IntStream.range(0, one.length)
                    .mapToDouble(i -> Math.abs(one[i] - two[i]))
                    .average()
                    .orElseThrow();
            assertThat(fidelity.difference()).isCloseTo(difference, within(1e-6));
        }
    }

    private static float[] run(Model model, int[] tokens, Map<List<Integer>, Set<Integer>> chosen) {
        Session session = model.newSession();
        session.observe((layer, position, count, experts, weights, probabilities) -> {
            for (int t = 0; t < count; t++) {
                chosen.put(List.of(layer, position + t), Set.of(experts[2 * t], experts[2 * t + 1]));
            }
        });
        return session.logProbabilities(tokens);
    }

    @Test
    void modelsOfAnotherShapeAreRefused() {
        Shape deeper = Shape.mixtral("small", 256, 4, 4, 2, 64, 256, 4, 2, 300, 128);
        try (Model source = model("F16", SMALL);
                Model other = model("F16", deeper)) {
            assertThatThrownBy(() -> Fidelity.measure(source, other, corpus, 0, Progress.NONE))
                    .isInstanceOf(MoiraException.class)
                    .hasMessageContaining("3 layers")
                    .hasMessageContaining("found 4 layers");
        }
    }

    private Model model(String format, Shape shape) {
        Path file = folder.resolve(format + shape.architecture().depth() + ".gguf");
        SyntheticModel.write(shape, format, file, bytes -> {});
        return Model.load(file);
    }
}
