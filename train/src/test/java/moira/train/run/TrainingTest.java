package moira.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import moira.engine.Model;
import moira.engine.MoiraException;
import moira.routing.corpus.Corpus;
import moira.routing.trace.Trace;
import moira.train.decoder.MixtralShape;
import moira.train.decoder.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A whole training: corpus, vocabulary, steps, checkpoints, probes, folder; and what can go wrong with each. */
class TrainingTest {
    private static final MixtralShape SHAPE = Planted.config(2, 16, 24, 4, 2);
    private static final BooleanSupplier NEVER = () -> false;

    @TempDir
    private Path folder;

    private final Recorded progress = new Recorded();

    private static final class Recorded implements TrainingProgress {
        private final List<Double> losses = new ArrayList<>();
        private final Map<Long, Map<String, Double>> probes = new TreeMap<>();

        @Override
        public void say(String text) {}

        @Override
        public void step(StepReport report, double spent) {
            losses.add(report.loss());
        }

        @Override
        public void probed(long step, Map<String, Double> losses) {
            probes.put(step, losses);
        }
    }

    private Corpus corpus() throws IOException {
        Path texts = folder.resolve("texts");
        Random random = new Random(1);
        for (String domain : List.of("even", "odd")) {
            Files.createDirectories(texts.resolve(domain));
            String[] words =
                    domain.equals("even") ? new String[] {"two", "four", "six"} : new String[] {"one", "three"};
            for (int document = 0; document < 6; document++) {
                StringBuilder text = new StringBuilder();
                for (int word = 0; word < 100; word++) {
                    text.append(words[random.nextInt(words.length)]).append(' ');
                }
                Files.writeString(texts.resolve(domain).resolve(document + ".txt"), text);
            }
        }
        return Corpus.open(List.of(texts));
    }

    private TrainingPlan plan(Corpus corpus, String out, long steps, boolean resume) {
        return plan(corpus, out, steps, resume, "cpu");
    }

    private TrainingPlan plan(Corpus corpus, String out, long steps, boolean resume, String device) {
        Recipe recipe = new Recipe(4, 16, 2e-2, 5, 0.01, 1, 0.01, steps * 4 * 16, 0, 1, Precision.FLOAT32);
        return new TrainingPlan(
                corpus, null, 280, SHAPE, recipe, 0, 10, 10, 50, 1, device, folder.resolve(out), resume);
    }

    @Test
    void aWholeTraining() throws IOException {
        Training.run(plan(corpus(), "out", 25, false), progress, NEVER);
        Path out = folder.resolve("out");
        assertThat(progress.losses).hasSize(25);
        assertThat(progress.losses.getLast()).isLessThan(0.6 * progress.losses.getFirst());
        assertThat(progress.probes.keySet()).containsExactly(0L, 1L, 2L, 4L, 8L, 10L, 20L, 25L);
        assertThat(progress.probes.get(25L)).containsOnlyKeys("even", "odd");
        assertThat(progress.probes.get(25L).get("odd"))
                .isLessThan(progress.probes.get(0L).get("odd"));
        // Held out texts say about the same as the last batch.
        assertThat(progress.probes.get(25L).get("even")).isCloseTo(progress.losses.getLast(), within(1.0));
        try (Model model = Model.load(out)) {
            assertThat(model.architecture().vocabulary())
                    .isEqualTo(model.tokenizer().size());
            assertThat(model.newSession().logits(model.tokenizer().encode("two four")))
                    .doesNotContain(Float.NaN);
        }
        for (long step : new long[] {0, 10, 20, 25}) {
            Trace trace = Trace.open(out.resolve(TrainingFolder.trace(step)));
            assertThat(trace.header().complete()).isTrue();
            assertThat(trace.header().layers()).containsExactly(0, 1);
            assertThat(trace.header().corpus().domains()).hasSize(2);
        }
        List<JsonNode> history = lines(out.resolve("history.jsonl"));
        assertThat(history).hasSize(25);
        assertThat(history.get(6).path("step").asInt()).isEqualTo(7);
        assertThat(history.get(6).path("loss").asDouble()).isEqualTo(progress.losses.get(6));
        assertThat(history.get(6).path("load").path(0).size()).isEqualTo(4);
        try (Stream<Path> files = Files.walk(out)) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".moira-tmp"));
        }
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        return Files.readAllLines(file).stream().map(mapper::readTree).toList();
    }

    /** Stopped after 13 steps, gone on with: every file tells the same as of an uninterrupted training. */
    @Test
    void aStoppedTrainingGoesOnAsIfNothingHadBeen() throws IOException {
        Corpus corpus = corpus();
        Recorded whole = new Recorded();
        Training.run(plan(corpus, "whole", 25, false), whole, NEVER);
        Training.run(plan(corpus, "cut", 25, false), progress, () -> progress.losses.size() == 13);
        assertThat(progress.losses).hasSize(13);
        Training.run(plan(corpus, "cut", 25, true), progress, NEVER);
        assertThat(progress.losses).hasSize(25);
        for (int step = 0; step < 25; step++) {
            assertThat(progress.losses.get(step)).isCloseTo(whole.losses.get(step), within(1e-5));
        }
        assertThat(progress.probes.keySet()).isEqualTo(whole.probes.keySet());
        List<JsonNode> history = lines(folder.resolve("cut/history.jsonl"));
        for (int step = 0; step < 25; step++) {
            assertThat(history.get(step).path("step").asInt()).isEqualTo(step + 1);
        }
        assertThat(history).hasSize(25);
        assertThat(lines(folder.resolve("cut/probes.jsonl"))).hasSize(8);
    }

    /** Killed before there was a checkpoint, or while one was written: a vocabulary, held-out texts, halves of files, the lock. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTrainingThatEndedBeforeItsFirstCheckpointIsBegunAnew(boolean resume) throws IOException {
        Path out = Files.createDirectories(folder.resolve("out"));
        for (String left : List.of(
                "training.lock",
                "tokenizer.model",
                "probe.jsonl",
                "probe.jsonl.moira-tmp",
                "checkpoint.safetensors.moira-tmp")) {
            Files.writeString(out.resolve(left), "left");
        }
        Training.run(plan(corpus(), "out", 2, resume), progress, NEVER);
        assertThat(progress.losses).hasSize(2);
        assertThat(progress.probes.keySet()).containsExactly(0L, 1L, 2L);
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files.map(Path::toString))
                    .noneMatch(name -> name.endsWith("lock") || name.endsWith("moira-tmp"));
        }
    }

    /** Who keeps a vocabulary there without a training's lock has not trained there. */
    @Test
    void whatIsNotOursIsNotWrittenOver() throws IOException {
        Path out = Files.createDirectories(folder.resolve("out"));
        Path theirs = Files.writeString(out.resolve("tokenizer.model"), "theirs");
        assertThatThrownBy(() -> Training.run(plan(corpus(), "out", 2, false), progress, NEVER))
                .hasMessage(out + ": expected a new or empty folder, or --resume to go on, found other files");
        Files.writeString(out.resolve("training.lock"), "");
        Path notes = Files.writeString(out.resolve("notes.tmp"), "theirs");
        assertThatThrownBy(() -> Training.run(plan(corpus(), "out", 2, true), progress, NEVER))
                .hasMessageContaining("a checkpoint to go on from");
        assertThat(theirs).hasContent("theirs");
        assertThat(notes).hasContent("theirs");
    }

    /** Killed between a checkpoint and the probe that belongs to it, or within the line that tells of the probe. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 8, 10})
    void aProbeThatWasLostIsMadeUpFor(long step) throws IOException {
        Corpus corpus = corpus();
        Training.run(plan(corpus, "out", step, false), progress, NEVER);
        Path probes = folder.resolve("out/probes.jsonl");
        List<String> written = Files.readAllLines(probes);
        String last = written.getLast();
        Files.writeString(probes, String.join("\n", written.subList(0, written.size() - 1)) + "\n");
        Files.writeString(probes, last.substring(0, last.length() / 2), StandardOpenOption.APPEND);
        Files.delete(folder.resolve("out").resolve(TrainingFolder.trace(step)).resolve("trace.json"));
        Training.run(plan(corpus, "out", step + 1, true), progress, NEVER);
        assertThat(Files.readAllLines(probes).subList(0, written.size())).isEqualTo(written);
        assertThat(Trace.open(folder.resolve("out").resolve(TrainingFolder.trace(step)))
                        .header()
                        .complete())
                .isTrue();
    }

    /** As after a crash: the history is ahead of the checkpoint, and its last line is cut off. */
    @Test
    void aHistoryThatIsAheadOfTheCheckpointIsCutBack() throws IOException {
        Training.run(plan(corpus(), "out", 10, false), progress, NEVER);
        Path history = folder.resolve("out/history.jsonl");
        List<String> written = Files.readAllLines(history);
        Files.writeString(history, String.join("\n", written) + "\n{\"step\":11,\"loss\":1}\n{\"step\":1");
        Training.run(plan(corpus(), "out", 12, true), progress, NEVER);
        assertThat(lines(history).stream().map(line -> line.path("step").asInt()))
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    }

    @Test
    void aCheckpointOfAnotherTrainingIsRefused() throws IOException {
        Training.run(plan(corpus(), "out", 2, false), progress, NEVER);
        Files.writeString(folder.resolve("texts/odd/0.txt"), "one one three one more");
        Files.writeString(folder.resolve("texts/odd/5.txt"), "one one three one more");
        assertThatThrownBy(() -> Training.run(
                        plan(Corpus.open(List.of(folder.resolve("texts"))), "out", 4, true), progress, NEVER))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("checkpoint.safetensors, corpus: expected");
        assertThatThrownBy(() -> Training.run(plan(corpus(), "nothing", 4, true), progress, NEVER))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("a checkpoint to go on from");
        assertThatThrownBy(() -> Training.run(plan(corpus(), "out", 4, false), progress, NEVER))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining("a new or empty folder");
    }

    @ParameterizedTest
    @CsvSource({"'', some text", "'{\"text\": \"\"}', some text", "no JSON, a JSON object"})
    void aCorpusWithoutTextIsOneLine(String line, String expected) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.jsonl"), line + "\n");
        assertThatThrownBy(() -> Training.run(plan(Corpus.open(List.of(file)), "out", 4, false), progress, NEVER))
                .isInstanceOf(MoiraException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void twoTrainingsDoNotShareAFolder() throws IOException {
        Corpus corpus = corpus();
        BooleanSupplier inBetween = () -> {
            assertThatThrownBy(() -> Training.run(plan(corpus, "out", 4, true), new Recorded(), NEVER))
                    .isInstanceOf(MoiraException.class)
                    .hasMessage(folder.resolve("out")
                            + ": expected nobody else that writes to it, found a process of Moira that does");
            return progress.losses.size() == 2;
        };
        Training.run(plan(corpus, "out", 4, false), progress, inBetween);
        assertThat(progress.losses).hasSize(2);
        Training.run(plan(corpus, "out", 4, true), progress, NEVER);
        assertThat(progress.losses).hasSize(4);
        assertThat(folder.resolve("out/training.lock")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuda:99", "abacus", ""})
    void anUnknownDeviceIsOneLineAndNothingIsWritten(String device) throws IOException {
        Corpus corpus = corpus();
        assertThatThrownBy(() -> Training.run(plan(corpus, "out", 4, false, device), progress, NEVER))
                .isInstanceOf(MoiraException.class)
                .hasMessageStartingWith("--device: expected one that this PyTorch finds here: [cpu")
                .hasMessageEndingWith(device);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    /** One domain, one document, one character: little to learn, but no reason to fail. */
    @Test
    void oneCharacterIsLearnt() throws IOException {
        Path file = Files.writeString(folder.resolve("one.jsonl"), "{\"text\": \"x\"}\n");
        Training.run(plan(Corpus.open(List.of(file)), "out", 30, false), progress, NEVER);
        assertThat(progress.losses.getLast()).isLessThan(0.5);
        assertThat(progress.probes).isEmpty();
        try (Model model = Model.load(folder.resolve("out"))) {
            assertThat(model.tokenizer().decode(model.tokenizer().encode("x"))).isEqualTo("x");
        }
    }

    @Test
    void aVocabularyCanBeTaken() throws IOException {
        Training.run(plan(corpus(), "first", 1, false), progress, NEVER);
        Path tokenizer = folder.resolve("first/tokenizer.model");
        TrainingPlan plan = plan(corpus(), "second", 1, false);
        TrainingPlan taking = new TrainingPlan(
                plan.corpus(), tokenizer, 5, SHAPE, plan.recipe(), 0, 10, 0, 0, 1, "cpu", plan.out(), false);
        Training.run(taking, progress, NEVER);
        assertThat(folder.resolve("second/tokenizer.model")).hasSameBinaryContentAs(tokenizer);
        assertThat(folder.resolve("second/routing")).doesNotExist();
    }
}
