package moira.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import moira.engine.decoder.Arithmetic;
import moira.engine.decoder.Residence;
import moira.engine.synthetic.Shape;
import moira.engine.synthetic.SyntheticModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sequences that go through a model side by side, and the same ones alone. */
class TogetherTest {
    private static final Shape TINY = Shape.mixtral("tiny", 256, 3, 4, 2, 64, 512, 8, 2, 300, 512);

    /** Beginnings that some sequences have when they come together: positions are not the same. */
    private static final int[] BEFORE = {0, 7, 0, 200, 0};

    private static final int[] LENGTHS = {70, 5, 300, 1, 33};

    @TempDir
    private Path folder;

    /** A batch holds all of them, or parts of some, or one token. */
    @ParameterizedTest
    @CsvSource({"512, FLOAT, 1", "512, INT8, 2", "64, FLOAT, 2", "7, INT8, 1", "1, FLOAT, 1"})
    void areWhatTheyWouldBeAlone(int batch, Arithmetic arithmetic, int threads) {
        Path file = folder.resolve("tiny.gguf");
        SyntheticModel.write(TINY, "Q8_0", file, bytes -> {});
        ModelOptions options = ModelOptions.defaults()
                .withResidence(Residence.PACKED)
                .withArithmetic(arithmetic)
                .withThreads(threads)
                .withBatch(batch);
        try (Model model = Model.load(file, options)) {
            assertThat(together(model)).isEqualTo(alone(model));
        }
    }

    @Test
    void oneTwiceIsAnError() {
        Path file = folder.resolve("tiny.gguf");
        SyntheticModel.write(TINY, "Q8_0", file, bytes -> {});
        try (Model model = Model.load(file)) {
            Session session = model.newSession();
            List<Session> twice = List.of(session, session);
            assertThatThrownBy(() -> Session.feedTogether(twice, List.of(tokens(0, 3), tokens(0, 3))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("found one twice");
        }
    }

    private static List<List<String>> alone(Model model) {
        List<List<String>> all = new ArrayList<>();
        for (int i = 0; i < LENGTHS.length; i++) {
            List<String> told = new ArrayList<>();
            Session session = begun(model, i, told);
            session.feed(tokens(i, LENGTHS[i]));
            all.add(told);
            told.add(next(session));
        }
        return sorted(all);
    }

    private static List<List<String>> together(Model model) {
        List<List<String>> all = new ArrayList<>();
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < LENGTHS.length; i++) {
            all.add(new ArrayList<>());
            sessions.add(begun(model, i, all.getLast()));
        }
        Session.feedTogether(
                sessions,
                IntStream.range(0, LENGTHS.length)
                        .mapToObj(i -> tokens(i, LENGTHS[i]))
                        .toList());
        for (int i = 0; i < LENGTHS.length; i++) {
            all.get(i).add(next(sessions.get(i)));
        }
        return sorted(all);
    }

    /** What each was told, in the order of positions: batches may end elsewhere. */
    private static List<List<String>> sorted(List<List<String>> all) {
        all.forEach(told -> told.sort(null));
        return all;
    }

    private static Session begun(Model model, int i, List<String> told) {
        Session session = model.newSession();
        session.feed(tokens(i + 10, BEFORE[i]));
        int k = TINY.architecture().expertsPerToken();
        int e = TINY.architecture().experts();
        session.observe((layer, position, tokens, experts, weights, probabilities) -> Stream.iterate(0, t -> t + 1)
                .limit(tokens)
                .forEach(t -> told.add((position + t) + " " + layer + " "
                        + Arrays.toString(Arrays.copyOfRange(experts, t * k, (t + 1) * k))
                        + Arrays.toString(Arrays.copyOfRange(weights, t * k, (t + 1) * k))
                        + Arrays.toString(Arrays.copyOfRange(probabilities, t * e, (t + 1) * e)))));
        return session;
    }

    /** What the sequence says of its next token: keys and values are in that. */
    private static String next(Session session) {
        session.observe(null);
        return session.position() + ": " + Arrays.toString(session.logits(1));
    }

    private static int[] tokens(int seed, int count) {
        return IntStream.range(0, count).map(i -> (i * 37 + seed * 101) % 300).toArray();
    }
}
