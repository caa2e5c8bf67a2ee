package moira.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import moira.engine.Model;
import moira.engine.ModelOptions;
import moira.engine.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sessions against a decoder of plain double loops ({@link NaiveMixtral}): odd dimensions, shared key heads, windows shorter than
 * the text (and shorter or longer than a panel of 16 positions), batches of any cut, sessions side by side, after a rewind, and over a cache that grows.
 */
class NaiveDecoderTest {
    private static final int LENGTH = 70;

    @TempDir
    private Path folder;

    private static int[] text(long seed, int length) {
        return new Random(seed).ints(length, 0, NaiveMixtral.VOCABULARY).toArray();
    }

    private Model load(NaiveMixtral naive, ModelOptions options) throws IOException {
        return Model.load(Files.write(folder.resolve("naive.gguf"), naive.gguf()), options);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 70, 512, RESIDENT",
        "0, 70, 1, MAPPED",
        "7, 70, 512, RESIDENT",
        "7, 70, 5, MAPPED",
        "1, 70, 16, RESIDENT",
        "16, 70, 17, RESIDENT",
        "19, 70, 1, RESIDENT",
        "19, 70, 33, MAPPED",
        "69, 70, 512, RESIDENT",
        "0, 300, 100, RESIDENT",
        "40, 300, 60, RESIDENT"
    })
    void anyBatchAgrees(int window, int length, int batch, Residence residence) throws IOException {
        NaiveMixtral naive = new NaiveMixtral(3, window);
        int[] text = text(window, length);
        NaiveComparison comparison = new NaiveComparison(naive.run(text));
        try (Model model = load(naive, ModelOptions.defaults().withBatch(batch).withResidence(residence))) {
            Session session = model.newSession();
            session.observe(comparison);
            comparison.logProbabilities(session.logProbabilities(text), text);
            session.reset();
            comparison.logits(session.logits(text), 0, length - 1);
            report(comparison, 2 * length * NaiveMixtral.LAYERS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 19})
    void anyCutOfTheTextAgrees(int window) throws IOException {
        NaiveMixtral naive = new NaiveMixtral(4, window);
        int[] text = text(1, LENGTH);
        Random random = new Random(window);
        try (Model model = load(naive, ModelOptions.defaults())) {
            for (int round = 0; round < 20; round++) {
                NaiveComparison comparison = new NaiveComparison(naive.run(text));
                Session session = model.newSession();
                session.observe(comparison);
                takeAll(session, text, random, comparison);
                report(comparison, LENGTH * NaiveMixtral.LAYERS);
            }
        }
    }

    private static void takeAll(Session session, int[] text, Random random, NaiveComparison comparison) {
        while (session.position() < text.length) {
            take(session, text, 1 + random.nextInt(text.length - session.position()), comparison);
        }
    }

    private static void take(Session session, int[] text, int count, NaiveComparison comparison) {
        int from = session.position();
        float[] logits = session.logits(Arrays.copyOfRange(text, from, from + count));
        comparison.logits(logits, 0, from + count - 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7})
    void sessionsOfOneModelDoNotMix(int window) throws IOException {
        NaiveMixtral naive = new NaiveMixtral(5, window);
        int[][] texts = {text(1, 70), text(2, 40), text(3, 55)};
        try (Model model = load(naive, ModelOptions.defaults().withThreads(3).withBatch(8))) {
            Session[] sessions = new Session[texts.length];
            NaiveComparison[] comparisons = new NaiveComparison[texts.length];
            for (int i = 0; i < texts.length; i++) {
                comparisons[i] = new NaiveComparison(naive.run(texts[i]));
                sessions[i] = model.newSession();
                sessions[i].observe(comparisons[i]);
            }
            Random random = new Random(6);
            for (int step = 0; step < 400; step++) {
                int i = random.nextInt(texts.length);
                int left = texts[i].length - sessions[i].position();
                if (left > 0) {
                    take(sessions[i], texts[i], 1 + random.nextInt(Math.min(4, left)), comparisons[i]);
                }
            }
            for (int i = 0; i < texts.length; i++) {
                report(comparisons[i], texts[i].length * NaiveMixtral.LAYERS);
            }
        }
    }

    @Test
    void sessionsOfSeveralThreadsDoNotMix() throws IOException {
        NaiveMixtral naive = new NaiveMixtral(6, 19);
        try (Model model = load(naive, ModelOptions.defaults().withThreads(2))) {
            IntStream.range(0, 12).parallel().forEach(i -> {
                int[] text = text(i, 30 + i);
                NaiveComparison comparison = new NaiveComparison(naive.run(text));
                Session session = model.newSession();
                session.observe(comparison);
                takeAll(session, text, new Random(i), comparison);
                report(comparison, text.length * NaiveMixtral.LAYERS);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7})
    void aRewoundSessionForgets(int window) throws IOException {
        NaiveMixtral naive = new NaiveMixtral(7, window);
        try (Model model = load(naive, ModelOptions.defaults())) {
            Session session = model.newSession();
            Random random = new Random(8);
            int[] text = text(20, LENGTH);
            session.feed(text);
            for (int round = 0; round < 20; round++) {
                int kept = random.nextInt(session.position() + 1);
                session.rewind(kept);
                int[] other = text(30 + round, kept + 1 + random.nextInt(40));
                System.arraycopy(text, 0, other, 0, kept);
                NaiveComparison comparison = new NaiveComparison(naive.run(other));
                session.observe(comparison);
                takeAll(session, other, random, comparison);
                report(comparison, (other.length - kept) * NaiveMixtral.LAYERS);
                text = other;
            }
        }
    }

    private static void report(NaiveComparison comparison, int decisions) {
        assertThat(comparison.decisions).isEqualTo(decisions);
        if (comparison.nearTies > 0) {
            System.out.printf("%d near ties of %d fell otherwise%n", comparison.nearTies, decisions);
        }
    }
}
